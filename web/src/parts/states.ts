import { html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';
import { icon } from './icon';
import type { Sign } from './icon';

interface Action {
    label: string;
    name?: string;
    href?: string;
}

/** Nothing to show, and what to do about it; `whole` when it is all that a page has. */
export function emptyState(sign: Sign, title: string, text: string, action?: Action, whole = false): Markup {
    const button =
        action &&
        (action.href
            ? html`<a class="btn" href="${action.href}">${action.label}</a>`
            : html`<button type="button" class="btn" data-action="${action.name}">${action.label}</button>`);
    return html`<div class="state">
        ${icon(sign)} ${whole ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`}
        <p>${text}</p>
        ${button}
    </div>`;
}

export function errorState(title: string, reason: string): Markup {
    return html`<div class="state" role="alert">
        ${icon('cloud-slash')}
        <h2>${title}</h2>
        <p>${reason}</p>
        <button type="button" class="btn" data-action="retry">${icon('arrow-clockwise', 'small')}${t('retry')}</button>
    </div>`;
}

const skeletonAfterMs = 150;

/** Shows `markup` only when the wait turns out to be one. Gives a function that ends it. */
export function afterAWhile(show: () => void): () => void {
    const timer = window.setTimeout(show, skeletonAfterMs);
    return () => window.clearTimeout(timer);
}

export function skeletonLines(count: number): Markup {
    return html`<div class="skeleton-lines" role="status" aria-label="${t('loading')}">
        ${Array.from({ length: count }, (_, i) => html`<span class="skeleton skeleton-${i % 3}"></span>`)}
    </div>`;
}
