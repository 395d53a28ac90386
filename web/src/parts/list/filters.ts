import { element, fill, html, part } from '../../html';
import type { Markup } from '../../html';
import type { Query } from '../../query';
import { t } from '../../words';
import type { Choice } from '../field';
import { icon } from '../icon';

export interface Filter {
    name: string;
    label: string;
    kind: 'choice' | 'choices' | 'date' | 'text' | 'flag';
    choices?: () => readonly Choice[];
}

/** The search, a chip for each filter in force, and a panel with all of them. It shows what stands in the address. */
export class FilterBar {
    readonly root: HTMLElement;
    readonly #filters: readonly Filter[];
    readonly #ask: (changes: Record<string, string | undefined>) => void;
    #query: Query = {};

    constructor(
        filters: readonly Filter[],
        ask: (changes: Record<string, string | undefined>) => void,
        tools: Markup,
        searchLabel: string,
    ) {
        this.#filters = filters;
        this.#ask = ask;
        this.root = element(
            html`<div class="filters">
                <div class="search">
                    ${icon('search', 'small')}
                    <input
                        type="search"
                        class="search-input"
                        name="q"
                        aria-label="${searchLabel}"
                        placeholder="${searchLabel}"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="191"
                    />
                    <kbd class="only-wide">/</kbd>
                </div>
                ${
                    filters.length > 0 &&
                    html`<div class="dropdown">
                        <button
                            type="button"
                            class="btn btn-dashed btn-sm"
                            data-bs-toggle="dropdown"
                            data-bs-auto-close="outside"
                            aria-expanded="false"
                            data-filter-open
                        >
                            ${icon('funnel', 'small')}<span>${t('filter.add')}</span
                            ><span class="filter-count only-narrow" hidden></span>
                        </button>
                        <form class="dropdown-menu filter-panel" aria-label="${t('filter.all')}"></form>
                    </div>`
                }
                <div class="chips"></div>
                <span class="grow"></span>
                <div class="filter-tools">${tools}</div>
            </div>`,
        );
        this.#listen();
    }

    #listen(): void {
        const search = part<HTMLInputElement>(this.root, '.search-input');
        let timer: number | undefined;
        search.addEventListener('input', () => {
            window.clearTimeout(timer);
            timer = window.setTimeout(() => this.#ask({ q: search.value.trim() || undefined }), 250);
        });
        search.addEventListener('keydown', (event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            if (search.value === '') search.blur();
            search.value = '';
            this.#ask({ q: undefined });
        });
        this.root.addEventListener('click', (event) => {
            const data = (event.target as Element).closest<HTMLElement>('[data-unfilter], [data-edit-filter]')?.dataset;
            if (data?.unfilter) this.#ask({ [data.unfilter]: undefined });
            if (data?.unfilter === '')
                this.#ask(
                    Object.fromEntries([...this.#filters.map(({ name }) => name), 'q'].map((name) => [name, undefined])),
                );
            if (data?.editFilter) this.#edit(data.editFilter);
        });
        const panel = this.root.querySelector<HTMLFormElement>('.filter-panel');
        panel?.addEventListener('submit', (event) => event.preventDefault());
        panel?.addEventListener('change', (event) => this.#chosen(event.target as HTMLInputElement));
        this.root.addEventListener('show.bs.dropdown', () => {
            if (panel) fill(panel, html`${this.#filters.map((filter) => this.#field(filter))}`);
        });
    }

    #edit(name: string): void {
        part(this.root, '[data-filter-open]').click();
        this.root.querySelector<HTMLElement>(`.filter-panel [name="${name}"]`)?.focus();
    }

    #chosen(input: HTMLInputElement | HTMLSelectElement): void {
        const filter = this.#filters.find(({ name }) => name === input.name);
        if (!filter) return;
        if (filter.kind === 'choices') {
            const ticked = [...this.root.querySelectorAll<HTMLInputElement>('.filter-panel input:checked')].filter(
                ({ name }) => name === filter.name,
            );
            return this.#ask({ [filter.name]: ticked.map(({ value }) => value).join(',') || undefined });
        }
        this.#ask({ [filter.name]: input.value || undefined });
    }

    #field(filter: Filter): Markup {
        const value = this.#query[filter.name] ?? '';
        if (filter.kind === 'choices')
            return html`<fieldset class="field">
                <legend class="field-label">${filter.label}</legend>
                <div class="checks">
                    ${filter
                        .choices?.()
                        .map(
                            (choice) =>
                                html`<label class="form-check"
                                    ><input
                                        type="checkbox"
                                        class="form-check-input"
                                        name="${filter.name}"
                                        value="${choice.value}"
                                        ${value.split(',').includes(choice.value) && 'checked'}
                                    />
                                    <span class="form-check-label">${choice.label}</span></label
                                >`,
                        )}
                </div>
            </fieldset>`;
        const id = `filter-${filter.name}`;
        return html`<div class="field field-half">
            <label class="field-label" for="${id}">${filter.label}</label>
            ${
                filter.kind === 'date' || filter.kind === 'text'
                    ? html`<input
                          type="${filter.kind}"
                          class="form-control form-control-sm"
                          id="${id}"
                          name="${filter.name}"
                          value="${value}"
                      />`
                    : html`<select class="form-select form-select-sm" id="${id}" name="${filter.name}">
                          <option value="">${t('filter.any')}</option>
                          ${filter.choices?.().map((choice) => html`<option value="${choice.value}" ${choice.value === value && 'selected'}>${choice.label}</option>`)}
                      </select>`
            }
        </div>`;
    }

    show(query: Query): void {
        this.#query = query;
        const search = part<HTMLInputElement>(this.root, '.search-input');
        if (document.activeElement !== search) search.value = query.q ?? '';
        const active = this.#filters.filter(({ name }) => query[name]);
        fill(
            part(this.root, '.chips'),
            html`${active.map((filter) => this.#chip(filter))}
            ${(active.length > 0 || query.q) && html`<button type="button" class="btn btn-ghost btn-sm" data-unfilter="">${t('filter.reset')}</button>`}`,
        );
        const count = this.root.querySelector<HTMLElement>('.filter-count');
        if (count) {
            count.hidden = active.length === 0;
            count.textContent = String(active.length);
        }
    }

    #chip(filter: Filter): Markup {
        const value = this.#query[filter.name] ?? '';
        const choices = filter.choices?.() ?? [];
        const shown = value.split(',').map((one) => choices.find((choice) => choice.value === one)?.label ?? one);
        const text = shown.length > 2 ? `${shown.slice(0, 2).join(', ')} +${shown.length - 2}` : shown.join(', ');
        return html`<span class="chip">
            <button type="button" class="chip-text" data-edit-filter="${filter.name}">
                <span class="chip-key">${filter.label}</span><span class="chip-value">${text}</span>
            </button>
            <button
                type="button"
                class="chip-x"
                data-unfilter="${filter.name}"
                aria-label="${t('filter.remove', { name: filter.label })}"
            >
                ${icon('x-lg', 'tiny')}
            </button>
        </span>`;
    }

    focusSearch(): void {
        part<HTMLInputElement>(this.root, '.search-input').select();
    }
}
