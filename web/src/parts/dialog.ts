import { element, html, part } from '../html';
import type { Markup } from '../html';
import { t } from '../words';
import { icon } from './icon';

export interface Dialog {
    root: HTMLDialogElement;
    close: () => void;
}

interface Options {
    title: string;
    body: Markup;
    /** The buttons at the bottom. */
    footer?: Markup;
    wide?: boolean;
    /** False keeps it open: something would be lost. */
    mayClose?: () => boolean | Promise<boolean>;
    closed?: () => void;
    /** A dialog that only its own buttons close. */
    stays?: boolean;
}

let count = 0;

/** A modal dialog of the browser's own; the focus goes back to where it was. */
export function openDialog(options: Options): Dialog {
    const id = `dialog-${++count}`;
    const before = document.activeElement as HTMLElement | null;
    const root = element<HTMLDialogElement>(
        html`<dialog class="dialog ${options.wide && 'dialog-wide'}" aria-labelledby="${id}">
            <header class="dialog-head">
                <h2 id="${id}">${options.title}</h2>
                ${!options.stays && html`<button type="button" class="btn btn-ghost btn-square" data-dialog="close" aria-label="${t('close')}">${icon('x-lg', 'small')}</button>`}
            </header>
            <div class="dialog-body">${options.body}</div>
            ${options.footer && html`<footer class="dialog-foot">${options.footer}</footer>`}
        </dialog>`,
    );
    const close = (): void => root.close();
    const tryToClose = async (): Promise<void> => {
        if (options.stays || (options.mayClose && !(await options.mayClose()))) return;
        close();
    };
    root.addEventListener('cancel', (event) => {
        event.preventDefault();
        void tryToClose();
    });
    root.addEventListener('click', (event) => {
        if ((event.target as Element).closest('[data-dialog="close"]')) void tryToClose();
    });
    root.addEventListener('close', () => {
        root.remove();
        options.closed?.();
        if (before?.isConnected) before.focus();
    });
    document.body.append(root);
    root.showModal();
    return { root, close };
}

interface Question {
    title: string;
    text: string | Markup;
    yes: string;
    no?: string;
    danger?: boolean;
    /** What must be typed before yes can be pressed. */
    typed?: { label: string; value: string };
    /** Further fields, read by the caller from the dialog before it closes. */
    fields?: Markup;
    read?: (root: HTMLElement) => void;
}

/** Asks once, naming what happens. */
export function confirmed(question: Question): Promise<boolean> {
    return new Promise((resolve) => {
        let answer = false;
        const look = question.danger ? 'btn-danger' : 'btn-primary';
        const dialog = openDialog({
            title: question.title,
            body: html`<form id="confirm-form" method="dialog">
                <div class="dialog-text">${question.text}</div>
                ${question.fields}
                ${
                    question.typed &&
                    html`<label class="field"
                        ><span class="field-label">${question.typed.label}</span>
                        <input class="form-control" name="typed" autocomplete="off" autofocus inputmode="numeric"
                    /></label>`
                }
            </form>`,
            footer: html`<button type="button" class="btn" data-dialog="close">${question.no ?? t('cancel')}</button>
                <button type="submit" form="confirm-form" class="btn ${look}" data-yes>${question.yes}</button>`,
            closed: () => resolve(answer),
        });
        const yes = part<HTMLButtonElement>(dialog.root, '[data-yes]');
        const form = part<HTMLFormElement>(dialog.root, '#confirm-form');
        if (question.typed) {
            const input = part<HTMLInputElement>(form, '[name=typed]');
            const wanted = question.typed.value;
            yes.disabled = true;
            input.addEventListener('input', () => (yes.disabled = input.value.trim() !== wanted));
        } else if (!question.fields) {
            (question.danger ? part(dialog.root, '.dialog-foot [data-dialog]') : yes).focus();
        }
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            if (yes.disabled) return;
            answer = true;
            question.read?.(dialog.root);
            dialog.close();
        });
    });
}
