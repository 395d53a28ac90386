import { element, html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';
import { Failure } from '../api/client';
import { icon } from './icon';

export interface Toast {
    kind: 'done' | 'error' | 'note';
    title: string;
    text?: string | Markup;
    action?: { label: string; run: () => void };
}

const most = 3,
    leaveAfterMs = 6000;

function region(): HTMLElement {
    const known = document.querySelector<HTMLElement>('.toasts');
    if (known) return known;
    const made = element(html`<div class="toasts" role="region" aria-label="${t('toasts')}"></div>`);
    document.body.append(made);
    return made;
}

/** For what the person must know now. Errors stay, the rest leaves by itself unless the pointer or the focus is on it. */
export function toast(given: Toast): void {
    const sign =
        given.kind === 'done'
            ? icon('check-circle-fill')
            : given.kind === 'error'
              ? icon('x-octagon-fill')
              : icon('info-circle-fill');
    const box = element(
        html`<div class="toast-card toast-${given.kind}" role="${given.kind === 'error' ? 'alert' : 'status'}">
            ${sign}
            <div class="grow">
                <strong>${given.title}</strong>
                ${given.text && html`<p>${given.text}</p>`}
                ${given.action && html`<button type="button" class="btn-link" data-toast="act">${given.action.label}</button>`}
            </div>
            <button type="button" class="btn btn-ghost btn-sm btn-square" data-toast="close" aria-label="${t('close')}">
                ${icon('x-lg', 'tiny')}
            </button>
        </div>`,
    );
    box.addEventListener('click', (event) => {
        const what = (event.target as Element).closest<HTMLElement>('[data-toast]')?.dataset.toast;
        if (what === 'act') given.action?.run();
        if (what) box.remove();
    });
    const all = openLayer() ?? region();
    all.append(box);
    while (all.querySelectorAll(':scope > .toast-card').length > most) all.querySelector(':scope > .toast-card')?.remove();
    if (given.kind !== 'error') leaveLater(box);
}

// A modal dialog lies above everything else of the page, a toast as well.
function openLayer(): HTMLElement | null {
    const dialogs = document.querySelectorAll<HTMLElement>('dialog[open]');
    const top = dialogs[dialogs.length - 1];
    if (!top) return null;
    const known = top.querySelector<HTMLElement>(':scope > .toasts');
    if (known) return known;
    const made = element(html`<div class="toasts" role="region" aria-label="${t('toasts')}"></div>`);
    top.append(made);
    top.addEventListener('close', () => region().append(...made.children), { once: true });
    return made;
}

function leaveLater(box: HTMLElement): void {
    let timer = window.setTimeout(() => box.remove(), leaveAfterMs);
    for (const stop of ['pointerenter', 'focusin']) box.addEventListener(stop, () => window.clearTimeout(timer));
    for (const go of ['pointerleave', 'focusout'])
        box.addEventListener(go, () => {
            window.clearTimeout(timer);
            timer = window.setTimeout(() => box.remove(), leaveAfterMs);
        });
}

/** What went wrong, in the server's words; nothing when the person gave it up. */
export function toastFailure(title: string, error: unknown): void {
    if (error instanceof Failure) {
        if (error.status === 401) return;
        const first = Object.values(error.errors)[0]?.[0];
        const wait =
            error.retryAfterS && (error.status === 429 || error.status === 503)
                ? ` ${t('error.wait', { count: error.retryAfterS })}`
                : '';
        toast({ kind: 'error', title, text: `${first ?? error.message}${wait}` });
        return;
    }
    throw error;
}
