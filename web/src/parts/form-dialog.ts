import { html, part } from '../html';
import type { Markup } from '../html';
import { guardUnsaved } from '../router';
import { t } from '../words';
import { confirmed, openDialog } from './dialog';
import type { Dialog } from './dialog';
import { bindForm, formMarkup } from './form';
import type { FormPart, Values } from './form';

interface FormDialog {
    title: string;
    parts: readonly FormPart[];
    submit: string;
    /** Runs with the values; when it resolves the dialog closes. */
    act: (values: Values) => Promise<void>;
    before?: Markup;
    after?: Markup;
    danger?: boolean;
    wide?: boolean;
}

let count = 0;

export function openFormDialog(given: FormDialog): Dialog {
    const id = `form-${++count}`;
    let done = false;
    const state = { isDirty: () => false };
    const release = guardUnsaved(() => !done && state.isDirty());
    const dialog = openDialog({
        title: given.title,
        wide: given.wide ?? false,
        body: html`${given.before}
            <form id="${id}" novalidate>${formMarkup(given.parts)}</form>
            ${given.after}`,
        footer: html`<button type="button" class="btn" data-dialog="close">${t('cancel')}</button>
            <button type="submit" form="${id}" class="btn ${given.danger ? 'btn-danger' : 'btn-primary'}">
                ${given.submit}
            </button>`,
        mayClose: () =>
            done ||
            !state.isDirty() ||
            confirmed({
                title: t('unsaved.title'),
                text: t('unsaved.text'),
                yes: t('unsaved.leave'),
                no: t('unsaved.stay'),
                danger: true,
            }),
        closed: () => release(),
    });
    const form = part<HTMLFormElement>(dialog.root, `#${id}`);
    state.isDirty = bindForm(form, given.parts, async (values) => {
        await given.act(values);
        done = true;
        dialog.close();
    }).isDirty;
    form.querySelector<HTMLElement>('input:not([hidden]), select, textarea')?.focus();
    return dialog;
}
