import { html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';
import { icon } from './icon';
import { toast } from './toast';

export async function copy(text: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(text);
        toast({ kind: 'done', title: t('copied') });
    } catch {
        // Without https there is no clipboard: the text is there to be marked.
        toast({ kind: 'note', title: t('copy.by_hand') });
    }
}

/** A secret in full, this once. */
export function shownOnce(text: string): Markup {
    return html`<div class="once">
        <code class="once-text">${text}</code>
        <button type="button" class="btn btn-ghost btn-sm" data-copy="${text}">${icon('copy', 'small')}${t('copy')}</button>
    </div>`;
}

/** Makes every `data-copy` of the page copy its text. */
export function listenForCopies(): void {
    document.addEventListener('click', (event) => {
        const button = (event.target as Element).closest<HTMLElement>('[data-copy]');
        if (button?.dataset.copy) void copy(button.dataset.copy);
    });
}
