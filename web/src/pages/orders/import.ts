import { previewImport, startImport } from '../../api/batches';
import type { Batch, ImportPreview, ImportText } from '../../api/batches';
import { Failure, freshKey } from '../../api/client';
import { number } from '../../format';
import { fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { openDialog } from '../../parts/dialog';
import { bindForm, formMarkup, showErrors } from '../../parts/form';
import type { FormPart } from '../../parts/form';
import { icon } from '../../parts/icon';
import { guardUnsaved } from '../../router';
import { sites } from '../../reference';
import { t } from '../../words';

const largestFile = 5 * 1024 * 1024,
    mostShown = 200;

// What every order needs and a line does not say.
const ofLines = ['supplier_id', 'product_service', 'client_email'] as const;

function defaults(): FormPart[] {
    return [
        { name: 'supplier_id', label: t('order.supplier_id_label'), kind: 'text', required: true, longest: 64, half: true },
        { name: 'product_service', label: t('order.product'), kind: 'text', required: true, longest: 255, half: true },
        { name: 'client_email', label: t('order.email'), kind: 'email', required: true, longest: 255, half: true },
    ];
}

function fields(format: ImportText['format']): FormPart[] {
    const site: FormPart = {
        name: 'site_id',
        label: t('order.site'),
        kind: 'select',
        half: true,
        choices: sites()
            .filter(({ is_active }) => is_active)
            .map(({ id, name }) => ({ value: String(id), label: name })),
    };
    if (format === 'csv')
        return [
            site,
            { name: 'file', label: t('import.file'), kind: 'file', half: true, help: t('import.columns') },
            { name: 'text', label: t('import.text'), kind: 'area', rows: 8, mono: true, required: true },
        ];
    return [
        site,
        ...defaults(),
        {
            name: 'text',
            label: t('import.lines'),
            kind: 'area',
            rows: 10,
            mono: true,
            required: true,
            help: t('import.lines_help'),
            placeholder: '1440|https://instagram.com/example|1000',
        },
    ];
}

function shown(preview: ImportPreview): Markup {
    const bad = preview.rows.filter((row) => !row.ok),
        good = preview.rows.filter((row) => row.ok);
    const rows = [...bad, ...good].slice(0, mostShown);
    return html`<div class="import-sum" role="status">
            <span class="gain">${icon('check-circle-fill', 'small')} ${t('import.good', { count: preview.good })}</span>
            ${preview.bad > 0 && html`<span class="loss">${icon('x-octagon-fill', 'small')} ${t('import.bad', { count: preview.bad })}</span>`}
        </div>
        <div class="import-rows" tabindex="0" role="region" aria-label="${t('import.preview')}">
            <table class="plain-table">
                <thead>
                    <tr>
                        <th scope="col" class="end">${t('import.line')}</th>
                        <th scope="col">${t('order.service')}</th>
                        <th scope="col">${t('order.link')}</th>
                        <th scope="col" class="end">${t('order.quantity')}</th>
                        <th scope="col">${t('import.verdict')}</th>
                    </tr>
                </thead>
                <tbody>
                    ${rows.map(
                        (row) =>
                            html`<tr class="${!row.ok && 'row-bad'}">
                                <td class="digits end">${number(row.line)}</td>
                                <td class="digits">${row.order.supplier_service_id}</td>
                                <td class="break">${row.order.url}</td>
                                <td class="digits end">${row.order.quantity}</td>
                                <td>
                                    ${row.ok ? html`${icon('check-lg', 'tiny')} ${t('import.ok')}` : html`<span class="loss">${Object.values(row.errors).flat().join(' ')}</span>`}
                                </td>
                            </tr>`,
                    )}
                </tbody>
            </table>
        </div>
        ${preview.rows.length > mostShown && html`<p class="quiet small">${t('import.cut', { count: mostShown })}</p>`}`;
}

/** Many orders at once, from lines that are pasted or from a CSV: first what would come of them, then the batch. */
export function openImport(format: ImportText['format'], started: (batch: Batch) => void): void {
    const parts = fields(format);
    // A key for each text: what is sent again after a lost answer makes nothing twice.
    let key = freshKey();
    let seen: ImportText | undefined;
    const state = { isDirty: () => false, done: false };
    const release = guardUnsaved(() => !state.done && state.isDirty());
    const dialog = openDialog({
        title: t(format === 'csv' ? 'import.csv_title' : 'import.lines_title'),
        wide: true,
        body: html`<form id="import-form" novalidate>${formMarkup(parts)}</form>
            <div class="import-preview"></div>`,
        footer: html`<button type="button" class="btn" data-dialog="close">${t('cancel')}</button>
            <button type="submit" form="import-form" class="btn btn-primary" data-check>${t('import.check')}</button>
            <button type="button" class="btn btn-primary" data-start hidden></button>`,
        closed: () => release(),
    });
    const form = part<HTMLFormElement>(dialog.root, 'form'),
        start = part<HTMLButtonElement>(dialog.root, '[data-start]');
    const check = part<HTMLButtonElement>(dialog.root, '[data-check]');
    const offer = (preview: ImportPreview | undefined): void => {
        start.hidden = !preview || preview.good === 0;
        check.classList.toggle('btn-primary', start.hidden);
        if (preview) start.textContent = t('import.start', { count: preview.good });
        fill(part(dialog.root, '.import-preview'), preview ? shown(preview) : html``);
    };
    state.isDirty = bindForm(form, parts, async (values) => {
        const given = ofLines.filter((name) => values[name]).map((name) => [name, String(values[name])] as const);
        const text: ImportText = {
            site_id: Number(values.site_id),
            format,
            text: String(values.text),
            ...(given.length > 0 ? { defaults: Object.fromEntries(given) } : {}),
        };
        offer(await previewImport(text));
        seen = text;
        key = freshKey();
    }).isDirty;
    form.addEventListener('input', () => offer(undefined));
    form.querySelector<HTMLInputElement>('[type=file]')?.addEventListener('change', (event) => {
        const file = (event.target as HTMLInputElement).files?.[0];
        if (!file) return;
        if (file.size > largestFile) return showErrors(form, { file: [t('import.too_large')] });
        void file.text().then((text) => {
            part<HTMLTextAreaElement>(form, '[name=text]').value = text;
            offer(undefined);
        });
    });
    start.addEventListener('click', () => {
        if (!seen) return;
        start.disabled = true;
        startImport(seen, key)
            .then((batch) => {
                state.done = true;
                dialog.close();
                started(batch);
            })
            .catch((error: unknown) => {
                if (!(error instanceof Failure)) throw error;
                showErrors(form, error.errors, error.message);
            })
            .finally(() => (start.disabled = false));
    });
}
