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

declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
    export default function show(options: Record<string, unknown>): void;
}
