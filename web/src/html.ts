// The one way to markup. Every value is escaped, and only what this file made reaches the DOM: the page's policy lets no
// other text become markup.

class Markup {
    constructor(readonly text: string) {}
}
export type { Markup };

/** What may stand in a template. `false`, `null` and `undefined` leave nothing behind. */
export type Value = Markup | string | number | bigint | false | null | undefined | readonly Value[];

const escapes: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
    '`': '&#96;',
};

export function escaped(text: string): string {
    return text.replace(/[&<>"'`]/g, (found) => escapes[found] ?? found);
}

/** An address that a link may lead to; what could run as a script leads nowhere. */
export function safeAddress(address: string): string {
    return /^(https?:\/\/|mailto:|otpauth:\/\/|\/(?!\/)|[#?])/i.test(address) ? address : '#';
}

function written(value: Value): string {
    if (value instanceof Markup) return value.text;
    if (value === false || value === null || value === undefined) return '';
    if (typeof value === 'object') return value.map(written).join('');
    return escaped(String(value));
}

// Of each template: after which of its parts stands an address.
const known = new WeakMap<TemplateStringsArray, boolean[]>();

// What the policy of the page would refuse, or what would let a value out of its place, is refused where it is written.
function checked(parts: TemplateStringsArray): boolean[] {
    for (const part of parts) {
        if (/\s(style|on\w+)\s*=|<script|<style/i.test(part)) throw new Error(`no inline style or script: ${part}`);
        if (/=\s*$/.test(part) && part !== parts.at(-1))
            throw new Error(`a value of an attribute stands in quotes: ${part}`);
    }
    const leads = parts.map((part) => /\s(href|src)="$/.test(part));
    known.set(parts, leads);
    return leads;
}

export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
    const leads = known.get(parts) ?? checked(parts);
    let text = parts[0] ?? '';
    values.forEach((value, i) => {
        text +=
            (leads[i] && typeof value === 'string' ? escaped(safeAddress(value)) : written(value)) + (parts[i + 1] ?? '');
    });
    return new Markup(text);
}

const policy =
    typeof window === 'undefined' ? undefined : window.trustedTypes?.createPolicy('smgcrm', { createHTML: (text) => text });

/** Makes `markup` the content of an element. */
export function fill(target: Element, markup: Markup): void {
    target.innerHTML = (policy ? policy.createHTML(markup.text) : markup.text) as string;
}

/** The nodes of `markup`, in no document yet. */
export function fragment(markup: Markup): DocumentFragment {
    const template = document.createElement('template');
    fill(template, markup);
    return template.content;
}

/** The one element that `markup` is. */
export function element<T extends Element = HTMLElement>(markup: Markup): T {
    const found = fragment(markup).firstElementChild;
    if (!found) throw new Error('this markup holds no element');
    return found as T;
}

/** Finds what must be there. */
export function part<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
    const found = root.querySelector<T>(selector);
    if (!found) throw new Error(`nothing here matches ${selector}`);
    return found;
}
