// Exact arithmetic of amounts, which come and go as decimal text: a float would not keep them.

const digits = 8; // behind the point, as the server keeps them

/** Its hundred-millionths; undefined when it is no amount. */
export function unitsOf(amount: string): bigint | undefined {
    const found = /^(-?)(\d{1,12})(?:\.(\d{0,8}))?$/.exec(amount);
    if (!found) return undefined;
    const units = BigInt((found[2] ?? '') + (found[3] ?? '').padEnd(digits, '0'));
    return found[1] ? -units : units;
}

/** With at least two digits behind the point. */
export function amountOf(units: bigint): string {
    const [sign, positive] = units < 0n ? ['-', -units] : ['', units];
    const text = positive.toString().padStart(digits + 1, '0');
    const behind = text.slice(-digits).replace(/0+$/, '').padEnd(2, '0');
    return `${sign}${text.slice(0, -digits)}.${behind}`;
}
