import { fill, part } from '../../html';
import type { Markup } from '../../html';

/** The parts of a page that is read again and again: one that says the same stays untouched, and the focus keeps its place. */
export class Sections {
    readonly #root: HTMLElement;
    readonly #shown = new Map<string, { target: Element; text: string }>();

    constructor(root: HTMLElement) {
        this.#root = root;
    }

    show(name: string, markup: Markup): void {
        const target = part(this.#root, `[data-part="${name}"]`);
        const shown = this.#shown.get(name);
        if (shown?.target === target && shown.text === markup.text) return;
        this.#shown.set(name, { target, text: markup.text });
        const focused = document.activeElement;
        const key = focused instanceof HTMLElement && target.contains(focused) ? focused.dataset.key : undefined;
        fill(target, markup);
        if (key) target.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus({ preventScroll: true });
    }
}
