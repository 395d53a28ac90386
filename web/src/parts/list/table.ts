import { element, fill, fragment, html, part } from '../../html';
import type { Markup } from '../../html';
import { t } from '../../words';
import { icon } from '../icon';
import type { Column } from './columns';

export interface TableOptions<Row> {
    label: string;
    page: string;
    idOf: (row: Row) => number;
    nameOf: (row: Row) => string;
    /** Changes whenever the row does: rows that were changed meanwhile are marked. */
    stampOf?: (row: Row) => string | number;
    selectable: boolean;
}

interface Shown {
    tr: HTMLTableRowElement;
    text: string;
    stamp: string | number;
}

const flashMs = 4000;
// The top bar and the head of the table cover what lies under them.
const stuckPx = 82;

/**
 * The table of a list; the roles say so where a style sheet makes boxes of its rows. It changes only the rows that differ, so that focus
 * and place stay.
 */
export class Table<Row> {
    readonly root: HTMLTableElement;
    readonly #body: HTMLTableSectionElement;
    readonly #options: TableOptions<Row>;
    #columns: Column<Row>[] = [];
    #head = '';
    #shown = new Map<number, Shown>();

    constructor(options: TableOptions<Row>) {
        this.#options = options;
        this.root = element<HTMLTableElement>(
            html`<table class="list-table list-of-${options.page}" role="table" aria-label="${options.label}">
                <thead role="rowgroup"></thead>
                <tbody role="rowgroup"></tbody>
            </table>`,
        );
        this.#body = part(this.root, 'tbody');
    }

    /** Rows of the same columns stay until others are shown. */
    head(columns: Column<Row>[], sort: string | undefined): void {
        const same = columns.map(({ key }) => key).join() === this.#columns.map(({ key }) => key).join();
        this.#columns = columns;
        const { selectable } = this.#options;
        const head = html`<tr role="row">
            ${selectable && html`<th scope="col" role="columnheader" class="c-select"><input type="checkbox" class="form-check-input" data-select="page" aria-label="${t('list.select_page')}" /></th>`}
            ${columns.map((column) => headCell(column, sort))}
        </tr>`;
        if (head.text !== this.#head) fill(part(this.root, 'thead'), head);
        this.#head = head.text;
        if (same) return;
        this.#shown.clear();
        this.#body.replaceChildren();
    }

    skeleton(count: number): void {
        if (this.#shown.size > 0) return;
        const cells = this.#columns.map(
            (column, i) => html`<td class="c-${column.key}"><span class="skeleton skeleton-${i % 3}"></span></td>`,
        );
        fill(
            this.#body,
            html`${Array.from(
                { length: count },
                () =>
                    html`<tr class="row-skeleton">
                        ${this.#options.selectable && html`<td class="c-select"></td>`}${cells}
                    </tr>`,
            )}`,
        );
    }

    /** Shows these rows in this order. */
    show(rows: readonly Row[], isSelected: (id: number) => boolean): void {
        const wanted = new Map<number, Shown>();
        for (const row of rows) {
            const id = this.#options.idOf(row);
            wanted.set(id, this.#upToDate(row, this.#shown.get(id), isSelected(id)));
        }
        const gone = [...this.#body.children].filter(
            (child) => !wanted.has(Number((child as HTMLElement).dataset.id ?? NaN)),
        );
        if (gone.length === this.#body.childElementCount) this.#body.replaceChildren();
        else for (const child of gone) child.remove();
        let at = this.#body.firstElementChild;
        for (const { tr } of wanted.values()) {
            if (tr === at) at = at.nextElementSibling;
            else this.#body.insertBefore(tr, at);
        }
        this.#shown = wanted;
    }

    #upToDate(row: Row, known: Shown | undefined, selected: boolean): Shown {
        const markup = this.#row(row);
        const stamp = this.#options.stampOf?.(row) ?? '';
        if (known?.text === markup.text) return known;
        const tr = element<HTMLTableRowElement>(markup);
        if (known) {
            tr.className = known.tr.className;
            const focused = known.tr.contains(document.activeElement);
            known.tr.replaceWith(tr);
            if (focused) tr.querySelector<HTMLElement>('a, button, input')?.focus({ preventScroll: true });
            if (known.stamp !== stamp) flash(tr);
        }
        mark(tr, selected);
        return { tr, text: markup.text, stamp };
    }

    #row(row: Row): Markup {
        const id = this.#options.idOf(row),
            name = this.#options.nameOf(row);
        return html`<tr role="row" data-id="${id}">
            ${this.#options.selectable && tick(id, name)} ${this.#columns.map((column) => cell(column, row))}
        </tr>`;
    }

    select(isSelected: (id: number) => boolean): void {
        for (const [id, { tr }] of this.#shown) mark(tr, isSelected(id));
    }

    /** Runs `change`; the row at the top of the window stays where it is, whatever comes or goes above it. */
    hold(change: () => void): void {
        const anchor = [...this.#shown.values()].find(({ tr }) => tr.getBoundingClientRect().bottom > stuckPx)?.tr;
        const before = anchor?.getBoundingClientRect().top ?? 0;
        change();
        if (anchor?.isConnected) window.scrollBy(0, anchor.getBoundingClientRect().top - before);
    }

    /** The rows as they stand. */
    get ids(): number[] {
        return [...this.#shown.keys()];
    }

    row(id: number): HTMLTableRowElement | undefined {
        return this.#shown.get(id)?.tr;
    }

    clear(): void {
        this.#shown.clear();
        this.#body.replaceChildren(fragment(html``));
    }
}

function tick(id: number, name: string): Markup {
    const label = t('list.select', { name });
    return html`<td role="cell" class="c-select">
        <input type="checkbox" class="form-check-input" data-select="${id}" aria-label="${label}" />
    </td>`;
}

function cell<Row>(column: Column<Row>, row: Row): Markup {
    const look = `c-${column.key}${column.number ? ' digits end' : ''}`;
    return html`<td role="cell" class="${look}" data-label="${column.title}">${column.cell(row)}</td>`;
}

function headCell<Row>(column: Column<Row>, sort: string | undefined): Markup {
    const ends = column.number && 'end';
    if (!column.order) return html`<th scope="col" role="columnheader" class="c-${column.key} ${ends}">${column.title}</th>`;
    const direction = sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : 'none';
    return html`<th
        scope="col"
        role="columnheader"
        class="c-${column.key} ${ends} ${direction !== 'none' && 'sorted'}"
        aria-sort="${direction}"
    >
        <button type="button" class="sorter" data-sort="${direction === 'ascending' ? `-${column.key}` : column.key}">
            ${column.title}${direction !== 'none' && icon(direction === 'ascending' ? 'arrow-up' : 'arrow-down', 'tiny')}
        </button>
    </th>`;
}

function mark(tr: HTMLTableRowElement, selected: boolean): void {
    tr.classList.toggle('row-selected', selected);
    const box = tr.querySelector<HTMLInputElement>('[data-select]');
    if (box) box.checked = selected;
}

function flash(tr: HTMLElement): void {
    tr.classList.add('row-flash');
    window.setTimeout(() => tr.classList.remove('row-flash'), flashMs);
}
