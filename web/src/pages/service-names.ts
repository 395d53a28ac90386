/** `101 = 2044`, a line each. */
export function servicesOf(text: string): Record<string, string> {
    const pairs = text.split('\n').map((line) => line.split(/[=:;,|\t]/).map((piece) => piece.trim()));
    return Object.fromEntries(
        pairs.filter(([ours, theirs]) => ours && theirs).map(([ours, theirs]) => [ours ?? '', theirs ?? '']),
    );
}

export function textOf(services: Record<string, string>): string {
    return Object.entries(services)
        .map(([ours, theirs]) => `${ours} = ${theirs}`)
        .join('\n');
}
