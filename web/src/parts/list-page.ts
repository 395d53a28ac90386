import { element, html } from '../html';
import type { Markup } from '../html';
import type { OpenPage, Place } from '../router';
import { useKeys } from '../shell/shortcuts';
import { t } from '../words';
import { icon } from './icon';
import type { Sign } from './icon';
import type { Column } from './list/columns';
import type { Filter } from './list/filters';
import { List } from './list/list';
import { whole } from './list/whole';
import { menu, menuItem } from './menu';
import type { MenuItem } from './menu';
import { emptyState } from './states';
import type { Query } from '../query';

interface Options<Row> {
    page: string;
    title: string;
    lead?: string;
    add?: { label: string; run: () => void };
    columns: Column<Row>[];
    read: () => Promise<Row[]>;
    textOf: (row: Row) => string;
    idOf: (row: Row) => number;
    nameOf: (row: Row) => string;
    open: (row: Row) => void;
    actions?: (row: Row) => MenuItem[];
    act?: (name: string, row: Row) => void;
    filters?: Filter[];
    fits?: (row: Row, query: Query) => boolean;
    empty: { sign: Sign; title: string; text: string };
    /** Stands over the list. */
    above?: HTMLElement;
    /** What a row is marked as changed by; without it, by everything. */
    stampOf?: (row: Row) => string;
}

export interface ListPage<Row> extends OpenPage {
    list: List<Row>;
}

function actionsColumn<Row>(options: Options<Row>): Column<Row>[] {
    const { actions } = options;
    if (!actions) return [];
    const cell = (row: Row): Markup =>
        menu(
            {
                content: icon('three-dots', 'small'),
                look: 'btn btn-ghost btn-sm btn-square',
                label: t('actions_of', { name: options.nameOf(row) }),
            },
            html`${actions(row).map(menuItem)}`,
        );
    return [{ key: 'actions', title: t('actions'), cell, always: true }];
}

function addButton(label: string): Markup {
    return html`<button type="button" class="btn btn-primary" data-page-add>
        ${icon('plus-lg', 'small')}<span>${label}</span><kbd class="only-wide">N</kbd>
    </button>`;
}

/** A page that is one list, read as a whole, whose rows open to be changed. */
export function openListPage<Row>(place: Place, options: Options<Row>): ListPage<Row> {
    const head = element(
        html`<header class="page-head">
            <div class="grow">
                <h1>${options.title}</h1>
                ${options.lead && html`<p class="page-lead">${options.lead}</p>`}
            </div>
            ${options.add && addButton(options.add.label)}
        </header>`,
    );
    const columns = [...options.columns, ...actionsColumn(options)];
    const list = new List<Row>({
        page: options.page,
        label: options.title,
        searchLabel: t('list.search'),
        columns,
        filters: options.filters ?? [],
        views: [{ label: t('view.all'), query: {} }],
        paged: false,
        selectable: false,
        idOf: options.idOf,
        nameOf: options.nameOf,
        stampOf: options.stampOf ?? ((row) => JSON.stringify(row)),
        load: whole(options.read, columns, options.textOf, options.fits),
        empty: (filtered) =>
            filtered
                ? emptyState('search', t('list.none_found'), t('list.none_found_text'), {
                      label: t('filter.reset'),
                      name: 'reset-filters',
                  })
                : emptyState(options.empty.sign, options.empty.title, options.empty.text),
        open: options.open,
    });
    const rowOf = (target: Element): Row | undefined => {
        const id = Number(target.closest<HTMLElement>('tr[data-id]')?.dataset.id);
        return list.rows.find((row) => options.idOf(row) === id);
    };
    list.root.addEventListener('click', (event) => {
        const target = event.target as Element,
            row = rowOf(target);
        const name = target.closest<HTMLElement>('tbody [data-action]')?.dataset.action;
        if (row && name) options.act?.(name, row);
        if (row && target.closest('[data-edit]')) options.open(row);
    });
    head.querySelector('[data-page-add]')?.addEventListener('click', () => options.add?.run());
    place.root.append(head, ...(options.above ? [options.above] : []), list.root);
    const release = useKeys({
        '/': () => list.focusSearch(),
        j: () => list.walk(list.focused, 1),
        k: () => list.walk(list.focused, -1),
        n: () => options.add?.run(),
    });
    void list.views.read();
    void list.begin(place.query);
    return {
        list,
        asked: (query) => void list.begin(query),
        refresh: () => void list.refetch(),
        close: () => {
            release();
            list.close();
        },
    };
}

/** The name of a row, which opens it. */
export function nameCell(name: string, below?: string | Markup, before?: Markup): Markup {
    return html`<div class="name-cell">
        ${before}<span class="lines"
            ><button type="button" class="line strong name-button" data-edit>${name}</button
            >${below && html`<span class="line second">${below}</span>`}</span
        >
    </div>`;
}

export function yesNo(is: boolean): Markup {
    return is
        ? html`<span class="yes">${icon('check-lg', 'small')}<span class="visually-hidden">${t('yes')}</span></span>`
        : html`<span class="nothing">—</span>`;
}

export function state(good: 'good' | 'bad' | 'warn' | 'none', text: string): Markup {
    return html`<span class="dot-state"><i class="dot dot-${good}"></i>${text}</span>`;
}
