// What an administrator chooses as a colour keeps its hue; how light and how strong it is follows the theme, so that text on it
// can always be read.

/** The hue in degrees of OKLCH, and whether there is any: grey has none. */
export function hueOf(hex: string): { hue: number; grey: boolean } {
    const channel = (at: number): number => {
        const value = parseInt(hex.slice(at, at + 2), 16) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    const r = channel(1),
        g = channel(3),
        b = channel(5);
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    const along = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
    const across = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
    const degrees = (Math.atan2(across, along) * 180) / Math.PI;
    return { hue: Math.round((degrees + 360) % 360), grey: Math.hypot(along, across) < 0.02 };
}

const sheet = typeof CSSStyleSheet === 'undefined' ? undefined : new CSSStyleSheet();

/** Rules `.hue-ID` for the colours of our own table. They are set by script: the page's policy allows no style in markup. */
export function useHues(colours: { id: number; color: string }[]): void {
    if (!sheet) return;
    while (sheet.cssRules.length > 0) sheet.deleteRule(0);
    for (const { id, color } of colours) {
        if (!/^#[0-9a-f]{6}$/i.test(color)) continue;
        const { hue, grey } = hueOf(color);
        sheet.insertRule(`.hue-${id} { --hue: ${hue}; --strength: ${grey ? 0 : 1}; }`);
    }
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}
