import { Failure } from '../../api/client';
import { fileOf, isBeingMade, listExports, removeExport, startExport } from '../../api/exports';
import type { Export, ExportFormat } from '../../api/exports';
import { ago, number } from '../../format';
import { fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { openDialog } from '../../parts/dialog';
import { showErrors } from '../../parts/form';
import { icon } from '../../parts/icon';
import { toastFailure } from '../../parts/toast';
import type { Query } from '../../query';
import { language, t } from '../../words';

const lookAgainMs = 1000,
    kib = 1024;

const formats: ExportFormat[] = ['xlsx', 'csv', 'pdf'];

function choice(format: ExportFormat, i: number): Markup {
    return html`<label class="choice">
        <input type="radio" class="form-check-input" name="format" value="${format}" ${i === 0 && 'checked'} />
        <span class="lines"
            ><span class="line strong">${format.toUpperCase()}</span
            ><span class="line second">${t(`export.for_${format}`)}</span></span
        >
    </label>`;
}

function sizeOf({ size }: Export): string {
    return size < kib * kib
        ? t('export.kib', { size: number(Math.ceil(size / kib)) })
        : t('export.mib', { size: number(Math.ceil(size / kib / kib)) });
}

function stateOf(one: Export): Markup {
    if (one.state === 'done') return html`${t('export.rows', { count: one.rows })}, ${sizeOf(one)}`;
    if (one.state === 'failed') return html`<span class="loss">${one.error ?? t('export.failed')}</span>`;
    return html`<progress
            class="progress-line"
            max="${Math.max(one.total, 1)}"
            value="${one.rows}"
            aria-label="${one.file_name}"
        ></progress>
        <span class="digits">${t('batch.of', { done: number(one.rows), total: number(one.total) })}</span>`;
}

function line(one: Export): Markup {
    return html`<li class="export" data-export="${one.id}">
        <span class="lines"
            ><span class="line strong">${one.file_name}</span
            ><span class="line second">${ago(one.created_at)} · ${stateOf(one)}</span></span
        >
        ${
            one.state === 'done' &&
            html`<a class="btn btn-sm" href="${fileOf(one)}" download="${one.file_name}"
                >${icon('download', 'small')}<span>${t('export.download')}</span></a
            >`
        }
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-square"
            data-remove="${one.id}"
            aria-label="${t(isBeingMade(one) ? 'export.stop' : 'export.remove')}"
            title="${t(isBeingMade(one) ? 'export.stop' : 'export.remove')}"
        >
            ${icon('x-lg', 'small')}
        </button>
    </li>`;
}

/** What the list shows now, as a file: made in the background, so the dialog may be closed and opened again meanwhile. */
export function openExport(
    filter: Query,
    columns: string[],
    count: string | undefined,
    list = { name: 'orders', title: t('export.title') },
): void {
    let timer: number | undefined;
    const dialog = openDialog({
        title: list.title,
        body: html`<form id="export-form" novalidate>
                <p class="dialog-text">${count === undefined ? t('export.what') : t('export.what_many', { count })}</p>
                <div class="form-error" role="alert" hidden></div>
                <fieldset class="choices">
                    <legend class="visually-hidden">${t('export.format')}</legend>
                    ${formats.map(choice)}
                </fieldset>
                <label class="form-check"
                    ><input type="checkbox" class="form-check-input" name="shown" />
                    <span class="form-check-label">${t('export.shown_columns')}</span></label
                >
            </form>
            <section aria-live="polite" class="exports"></section>`,
        footer: html`<button type="button" class="btn" data-dialog="close">${t('close')}</button>
            <button type="submit" form="export-form" class="btn btn-primary" data-start>${t('export.start')}</button>`,
        closed: () => window.clearTimeout(timer),
    });
    const form = part<HTMLFormElement>(dialog.root, 'form'),
        start = part<HTMLButtonElement>(dialog.root, '[data-start]'),
        place = part(dialog.root, '.exports');

    const look = async (): Promise<void> => {
        window.clearTimeout(timer);
        try {
            const all = await listExports();
            if (!dialog.root.isConnected) return;
            fill(
                place,
                html`${
                    all.length > 0 &&
                    html`<h3 class="small-title">${t('export.mine')}</h3>
                        <ul class="export-list">
                            ${all.map(line)}
                        </ul>`
                }`,
            );
            if (all.some(isBeingMade)) timer = window.setTimeout(() => void look(), lookAgainMs);
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            if (dialog.root.isConnected) timer = window.setTimeout(() => void look(), lookAgainMs);
        }
    };
    const begin = async (): Promise<void> => {
        const format = part<HTMLInputElement>(form, '[name=format]:checked').value as ExportFormat;
        const shown = part<HTMLInputElement>(form, '[name=shown]').checked;
        start.disabled = true;
        part(form, '.form-error').hidden = true;
        try {
            await startExport({
                list: list.name,
                format,
                filter,
                columns: shown ? columns : [],
                language: language(),
            });
            await look();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            const said = Object.values(error.errors).flat();
            showErrors(form, {}, said.length > 0 ? said.join(' ') : error.message);
        } finally {
            start.disabled = false;
        }
    };
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        void begin();
    });
    place.addEventListener('click', (event) => {
        const id = (event.target as Element).closest<HTMLElement>('[data-remove]')?.dataset.remove;
        if (!id) return;
        removeExport(Number(id)).then(look, (error: unknown) => toastFailure(t('export.not_removed'), error));
    });
    void look();
}
