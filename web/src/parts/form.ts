import $ from 'jquery/slim';

import { Failure } from '../api/client';
import type { FieldErrors } from '../api/client';
import { fill, html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';
import { errorMarkup, fieldMarkup } from './field';
import type { Field } from './field';

export type FieldValue = string | number | boolean | string[];
export type Values = Record<string, FieldValue>;

/** Fields, or a heading between them. */
export type FormPart = Field | { heading: string; text?: string };

export function formMarkup(parts: readonly FormPart[]): Markup {
    return html`<div class="form-error" role="alert" hidden></div>
        <div class="fields">
            ${parts.map((one) =>
                'heading' in one
                    ? html`<div class="fields-heading">
                          <h3>${one.heading}</h3>
                          ${one.text && html`<p>${one.text}</p>`}
                      </div>`
                    : fieldMarkup(one),
            )}
        </div>`;
}

/** A decimal as people write it, `1 234,50`, as the server takes it. */
export function plainDecimal(typed: string): string {
    return typed
        .trim()
        .replace(/[\s\u00a0]/g, '')
        .replace(',', '.');
}

/** What stands in the form. A secret that nobody replaces is not among it, nor a number that was left empty. */
export function valuesOf(form: HTMLFormElement, parts: readonly FormPart[]): Values {
    const values: Values = {};
    for (const field of parts) {
        if ('heading' in field) continue;
        const found = $(form)
            .find<HTMLInputElement>('[name]')
            .filter((_, input) => input.name === field.name);
        const first = found.get(0);
        if (!first || first.disabled) continue;
        if (field.kind === 'checks')
            values[field.name] = found
                .filter(':checked')
                .toArray()
                .map((input) => input.value);
        else if (field.kind === 'switch') values[field.name] = first.checked;
        else if (field.kind === 'number') {
            if (first.value !== '') values[field.name] = Number(first.value);
        } else if (field.kind === 'decimal') values[field.name] = plainDecimal(first.value);
        else if (field.kind === 'password' || field.kind === 'secret') values[field.name] = first.value;
        else if (field.kind !== 'file') values[field.name] = first.value.trim();
    }
    return values;
}

function beginning(field: Field): FieldValue | undefined {
    if (field.kind === 'switch') return field.value === true;
    if (field.kind === 'checks') return (Array.isArray(field.value) ? field.value : []).map(String);
    if (field.kind === 'number')
        return field.value === null || field.value === undefined || field.value === '' ? undefined : Number(field.value);
    if (field.kind === 'secret') return '';
    return String((field.value as string | number | null | undefined) ?? '');
}

/** Those of `values` that differ from what their fields began with. */
export function changesOf(values: Values, parts: readonly FormPart[]): Values {
    const before = new Map(
        parts.flatMap((field) => ('heading' in field ? [] : [[field.name, JSON.stringify(beginning(field))] as const])),
    );
    return Object.fromEntries(Object.entries(values).filter(([name, value]) => JSON.stringify(value) !== before.get(name)));
}

export function clearErrors(form: HTMLElement): void {
    $(form).find('[data-field]').removeClass('field-wrong').find('.field-error').remove();
    $(form).find('[aria-invalid]').removeAttr('aria-invalid');
    const box = form.querySelector<HTMLElement>('.form-error');
    if (box) box.hidden = true;
}

/** Puts each complaint at its field and what belongs to none above the form; the focus goes to the first. */
export function showErrors(form: HTMLElement, errors: FieldErrors, message?: string): void {
    const homeless: string[] = [];
    for (const [name, texts] of Object.entries(errors)) {
        // `site_ids.0` is about one of the list `site_ids`.
        const fields = $(form).find('[data-field]').toArray();
        const field =
            fields.find((box) => box.dataset.field === name) ??
            fields.find((box) => name.startsWith(`${box.dataset.field ?? ''}.`));
        if (!field) {
            homeless.push(...texts);
            continue;
        }
        const line = document.createElement('div');
        line.className = 'field-error';
        line.id = `${field.dataset.field ?? ''}-error-${++count}`;
        fill(line, errorMarkup(texts.join(' ')));
        field.classList.add('field-wrong');
        field.append(line);
        $(field).find('input, select, textarea').attr({ 'aria-invalid': 'true', 'aria-errormessage': line.id });
    }
    if (Object.keys(errors).length === 0 && message) homeless.push(message);
    const box = form.querySelector<HTMLElement>('.form-error');
    if (box && homeless.length > 0) {
        fill(box, errorMarkup(homeless.join(' ')));
        box.hidden = false;
    }
    const first = form.querySelector<HTMLElement>('[aria-invalid="true"]:not([disabled])');
    if (first) first.focus();
    else box?.scrollIntoView({ block: 'nearest' });
}

let count = 0;

function busy(form: HTMLFormElement, is: boolean): void {
    form.ariaBusy = String(is);
    const outside = form.id ? document.querySelectorAll<HTMLButtonElement>(`button[form="${form.id}"]`) : [];
    for (const button of [...form.querySelectorAll<HTMLButtonElement>('button[type=submit]'), ...outside])
        button.disabled = is;
}

/**
 * Runs `act` once when the form is sent, with its values, and shows what the server has to say about them.
 * Gives a function that tells whether somebody has changed anything since.
 */
export function bindForm(
    form: HTMLFormElement,
    parts: readonly FormPart[],
    act: (values: Values) => Promise<void>,
): { isDirty: () => boolean; saved: () => void } {
    let before = JSON.stringify(valuesOf(form, parts));
    const saved = (): void => {
        before = JSON.stringify(valuesOf(form, parts));
        form.classList.remove('form-dirty');
    };
    const isDirty = (): boolean => JSON.stringify(valuesOf(form, parts)) !== before;
    const mark = (): void => void form.classList.toggle('form-dirty', isDirty());
    form.noValidate = true;
    form.addEventListener('input', mark);
    form.addEventListener('change', mark);
    $(form).on('click', '[data-secret-replace]', (event) => replaceSecret(event.currentTarget as HTMLElement));
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        if (form.ariaBusy === 'true') return;
        clearErrors(form);
        const missing = missingOf(form);
        if (Object.keys(missing).length > 0) return showErrors(form, missing);
        busy(form, true);
        act(valuesOf(form, parts))
            .then(saved)
            .catch((error: unknown) => {
                if (!(error instanceof Failure)) throw error;
                showErrors(form, error.errors, error.message);
            })
            .finally(() => busy(form, false));
    });
    return { isDirty, saved };
}

// The server checks everything; what is plainly missing is said without asking it.
function missingOf(form: HTMLFormElement): FieldErrors {
    const missing: FieldErrors = {};
    for (const input of form.querySelectorAll<HTMLInputElement>('[required]:not([disabled])'))
        if (input.value.trim() === '') missing[input.name] = [t('field.required')];
    return missing;
}

function replaceSecret(button: HTMLElement): void {
    const box = button.closest('[data-secret]');
    const input = box?.querySelector<HTMLInputElement>('input');
    if (!box || !input) return;
    input.hidden = false;
    input.disabled = false;
    box.replaceWith(input);
    input.focus();
}
