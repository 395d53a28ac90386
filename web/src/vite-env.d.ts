declare module 'virtual:icon-sprite' {
    const address: string;
    export default address;
}

interface TrustedHTML {
    toString(): string;
}

interface Window {
    trustedTypes?: {
        createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): TrustedHTML };
    };
}
