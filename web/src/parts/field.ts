import { html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';
import { icon } from './icon';

export interface Choice {
    value: string;
    label: string;
}

/** One field of a form. Its name is the server's, so that what is wrong with it finds its place. */
export interface Field {
    name: string;
    label: string;
    kind:
        | 'text'
        | 'email'
        | 'url'
        | 'password'
        | 'number'
        | 'decimal'
        | 'select'
        | 'switch'
        | 'secret'
        | 'area'
        | 'checks'
        | 'colour'
        | 'date'
        | 'file';
    value?: string | number | boolean | readonly (string | number)[] | null;
    help?: string | Markup;
    required?: boolean;
    choices?: readonly Choice[];
    /** Of a text: what it may be; another is taken too. */
    suggestions?: readonly Choice[];
    least?: number;
    most?: number;
    longest?: number;
    autocomplete?: string;
    placeholder?: string;
    mono?: boolean;
    rows?: number;
    /** Stands alone on its line, or shares it with the next one. */
    half?: boolean;
}

let count = 0;

const types: Partial<Record<Field['kind'], string>> = {
    email: 'email',
    url: 'url',
    password: 'password',
    number: 'number',
    date: 'date',
    colour: 'color',
    file: 'file',
};

function chosen(field: Field, value: string): boolean {
    return Array.isArray(field.value) ? field.value.map(String).includes(value) : String(field.value ?? '') === value;
}

function control(field: Field, id: string): Markup {
    const value =
        typeof field.value === 'boolean' || Array.isArray(field.value)
            ? ''
            : String((field.value as string | number | null | undefined) ?? '');
    const about = html`aria-describedby="${`${id}-help`}"`;
    const required = field.required && 'required';
    switch (field.kind) {
        case 'select':
            return html`<select class="form-select" id="${id}" name="${field.name}" ${about} ${required}>
                ${field.choices?.map((choice) => html`<option value="${choice.value}" ${chosen(field, choice.value) && 'selected'}>${choice.label}</option>`)}
            </select>`;
        case 'area':
            return html`<textarea
                class="form-control ${field.mono && 'mono'}"
                id="${id}"
                name="${field.name}"
                rows="${field.rows ?? 3}"
                maxlength="${field.longest}"
                placeholder="${field.placeholder}"
                ${about}
                ${required}
            >
${value}</textarea>`;
        case 'secret':
            return secretControl(field, id, value);
        default:
            return html`<input
                    class="form-control ${field.mono && 'mono'} ${field.kind === 'colour' && 'form-control-color'}"
                    id="${id}"
                    name="${field.name}"
                    type="${types[field.kind] ?? 'text'}"
                    value="${value}"
                    ${field.kind === 'decimal' && html`inputmode="decimal"`}
                    ${field.least !== undefined && html`min="${field.least}"`}
                    ${field.most !== undefined && html`max="${field.most}"`}
                    ${field.longest !== undefined && html`maxlength="${field.longest}"`}
                    autocomplete="${field.autocomplete ?? 'off'}"
                    placeholder="${field.placeholder}"
                    ${field.suggestions && html`list="${id}-list"`}
                    ${about}
                    ${required}
                />
                ${field.suggestions && suggestionList(field.suggestions, `${id}-list`)}`;
    }
}

function suggestionList(suggestions: readonly Choice[], id: string): Markup {
    return html`<datalist id="${id}">
        ${suggestions.map(({ value, label }) => html`<option value="${value}">${label}</option>`)}
    </datalist>`;
}

// A secret is never read back: dots and its end, until somebody replaces it.
function secretControl(field: Field, id: string, value: string): Markup {
    const input = html`<input
        class="form-control mono"
        id="${id}"
        name="${field.name}"
        type="password"
        autocomplete="new-password"
        aria-describedby="${`${id}-help`}"
        ${value !== '' ? 'hidden disabled' : field.required && 'required'}
    />`;
    if (value === '') return input;
    return html`<div class="secret" data-secret>
        <span class="secret-shown mono">${value}</span>
        <button
            type="button"
            class="btn btn-ghost btn-sm"
            data-secret-replace="${id}"
            aria-label="${t('secret.replace_named', { name: field.label })}"
        >
            ${t('secret.replace')}
        </button>
        ${input}
    </div>`;
}

export function fieldMarkup(field: Field): Markup {
    const id = `field-${++count}`;
    const help = html`<div class="field-help" id="${`${id}-help`}">${field.help}</div>`;
    const look = `field${field.half ? ' field-half' : ''}`;
    if (field.kind === 'switch')
        return html`<div class="${look} field-switch" data-field="${field.name}">
            <div class="form-check form-switch">
                <input
                    class="form-check-input"
                    type="checkbox"
                    role="switch"
                    id="${id}"
                    name="${field.name}"
                    ${field.value === true && 'checked'}
                    aria-describedby="${`${id}-help`}"
                />
                <label class="form-check-label" for="${id}">${field.label}</label>
            </div>
            ${help}
        </div>`;
    if (field.kind === 'checks')
        return html`<fieldset class="${look}" data-field="${field.name}">
            <legend class="field-label">${field.label}</legend>
            <div class="checks">
                ${field.choices?.map(
                    (choice) =>
                        html`<label class="form-check"
                            ><input
                                class="form-check-input"
                                type="checkbox"
                                name="${field.name}"
                                value="${choice.value}"
                                ${chosen(field, choice.value) && 'checked'}
                            />
                            <span class="form-check-label">${choice.label}</span></label
                        >`,
                )}
            </div>
            ${help}
        </fieldset>`;
    return html`<div class="${look}" data-field="${field.name}">
        <label class="field-label" for="${id}">${field.label}</label>
        ${control(field, id)} ${help}
    </div>`;
}

/** What is wrong with a field, in place of its help. */
export function errorMarkup(text: string): Markup {
    return html`${icon('exclamation-circle-fill', 'tiny')}<span>${text}</span>`;
}
