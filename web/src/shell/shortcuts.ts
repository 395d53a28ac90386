import { html } from '../html';
import { openDialog } from '../parts/dialog';
import { t } from '../words';
import type { Key } from '../words';

type Run = (event: KeyboardEvent) => void;

// `g o` is G, then O. Letters are those of the key, so that they work with a Ukrainian layout as well.
const shortcuts = new Map<string, Run>();

/** Adds keys; gives the function that takes them away. */
export function useKeys(keys: Record<string, Run>): () => void {
    for (const [key, run] of Object.entries(keys)) shortcuts.set(key, run);
    return () => {
        for (const [key, run] of Object.entries(keys)) if (shortcuts.get(key) === run) shortcuts.delete(key);
    };
}

function nameOf(event: KeyboardEvent): string {
    if (event.code.startsWith('Key')) return `${event.shiftKey ? 'shift+' : ''}${event.code.slice(3).toLowerCase()}`;
    if (event.code === 'Slash') return event.shiftKey ? '?' : '/';
    return event.key;
}

const chordMs = 1000;

export function listenForKeys(): void {
    let first = '',
        at = 0;
    document.addEventListener('keydown', (event) => {
        if ((event.ctrlKey || event.metaKey) && event.code === 'KeyK') {
            event.preventDefault();
            shortcuts.get('ctrl+k')?.(event);
            return;
        }
        const target = event.target as HTMLElement;
        const typing = target.matches('input:not([type=checkbox]), textarea, select') || target.isContentEditable;
        if (
            typing ||
            event.ctrlKey ||
            event.metaKey ||
            event.altKey ||
            document.querySelector('dialog[open], .dropdown-menu.show')
        )
            return;
        const key = nameOf(event);
        const chord = performance.now() - at < chordMs ? shortcuts.get(`${first} ${key}`) : undefined;
        const run = chord ?? shortcuts.get(key);
        first = key;
        at = performance.now();
        if (!run) return;
        // A link or a button that has the focus knows what Enter is.
        if (key === 'Enter' && target.matches('a, button, summary')) return;
        event.preventDefault();
        run(event);
    });
}

const table: { keys: string[]; what: Key }[] = [
    { keys: ['/'], what: 'keys.search' },
    { keys: ['Ctrl', 'K'], what: 'keys.palette' },
    { keys: ['J', 'K'], what: 'keys.walk' },
    { keys: ['Enter'], what: 'keys.open_row' },
    { keys: ['Esc'], what: 'keys.close' },
    { keys: ['X'], what: 'keys.select_row' },
    { keys: ['Shift', 'X'], what: 'keys.select_range' },
    { keys: ['R'], what: 'keys.refresh' },
    { keys: ['E'], what: 'keys.archive' },
    { keys: ['N'], what: 'keys.new' },
    { keys: ['G', 'O'], what: 'keys.orders' },
    { keys: ['G', 'U'], what: 'keys.decisions' },
    { keys: ['?'], what: 'keys.help' },
];

export function showKeys(): void {
    openDialog({
        title: t('keys.title'),
        body: html`<dl class="keys">
            ${table.map(
                ({ keys, what }) =>
                    html`<div>
                        <dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
                        <dd>${t(what)}</dd>
                    </div>`,
            )}
        </dl>`,
    });
}
