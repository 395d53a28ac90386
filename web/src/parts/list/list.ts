import $ from 'jquery/slim';

import { Failure } from '../../api/client';
import type { Many } from '../../api/client';
import { element, fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { shortMoment } from '../../format';
import { putQuery } from '../../router';
import { only, withValues } from '../../query';
import type { Query } from '../../query';
import { remember, remembered } from '../../session';
import { t } from '../../words';
import { icon } from '../icon';
import { onLongPress } from '../long-press';
import { atMost, painted } from '../moments';
import { afterAWhile, errorState } from '../states';
import { ChosenColumns } from './columns';
import type { Column } from './columns';
import { footMarkup, pageSizes, toolsMarkup } from './edges';
import { FilterBar } from './filters';
import type { Filter } from './filters';
import { RowWindow, kept } from './row-window';
import { Selection } from './selection';
import { Table } from './table';
import type { TableOptions } from './table';
import { ViewTabs } from './views';
import type { View } from './views';

export interface ListOptions<Row> extends TableOptions<Row> {
    columns: readonly Column<Row>[];
    filters: readonly Filter[];
    searchLabel: string;
    views: View[];
    /** Names in the address that belong to the page around it, and are no filters. */
    keeps?: readonly string[];
    /** Whether the server gives it in pages, or as a whole. */
    paged: boolean;
    /** New rows come above all others; unless false. */
    newestFirst?: boolean;
    load: (query: Query, cursor: number | undefined, perPage: number, signal: AbortSignal) => Promise<Many<Row>>;
    /** `filtered`: there may be rows without the filters. */
    empty: (filtered: boolean) => Markup;
    selected?: (selection: Selection, rows: Row[]) => void;
    open?: (row: Row) => void;
    tools?: Markup;
}

const togetherMs = 120;
const firstRows = 24; // fill a high window

/** A list of rows with everything that lists have: what stands in the address is what it shows. */
export class List<Row> {
    readonly root: HTMLElement;
    readonly selection: Selection;
    readonly views: ViewTabs;
    readonly #options: ListOptions<Row>;
    readonly #columns: ChosenColumns<Row>;
    readonly #filters: FilterBar;
    readonly #table: Table<Row>;
    #window: RowWindow<Row>;
    #fresh: Row[] = [];
    #query: Query = {};
    #perPage = Number(remembered('per_page')) || 50;
    #count: string | undefined;
    #readAt = '';
    #loading: AbortController | undefined;
    #refetching: AbortController | undefined;
    #end: IntersectionObserver;

    constructor(options: ListOptions<Row>) {
        this.#options = options;
        this.#window = new RowWindow(kept(this.#perPage));
        this.#columns = new ChosenColumns(options.page, options.columns);
        this.#table = new Table(options);
        this.selection = new Selection(() => this.#selected());
        this.views = new ViewTabs(options.page, options.views);
        this.#filters = new FilterBar(
            options.filters,
            (changes) => this.ask(withValues(this.#query, changes)),
            toolsMarkup(this.#columns, options.tools),
            options.searchLabel,
        );
        this.root = element(
            html`<section class="list">
                <div class="list-notice" role="status"></div>
                <div class="list-rows"></div>
                <div class="list-end"></div>
                <footer class="list-foot"></footer>
            </section>`,
        );
        this.root.prepend(...(options.views.length > 0 ? [this.views.root] : []), this.#filters.root);
        part(this.root, '.list-rows').append(this.#table.root);
        if (remembered(`density.${options.page}`) === 'compact') this.root.classList.add('list-compact');
        this.#end = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && void this.more(), {
            rootMargin: '600px',
        });
        this.#listen();
    }

    /** The keys of the columns that are shown, in their order. */
    get shownColumns(): string[] {
        return this.#columns.shown.map(({ key }) => key);
    }

    get query(): Query {
        return this.#query;
    }

    get filterNames(): string[] {
        const { filters, views, keeps = [] } = this.#options;
        const ofViews = views.flatMap(({ query }) => Object.keys(query));
        return [...filters.map(({ name }) => name), ...ofViews, ...keeps, 'q', 'sort'];
    }

    get rows(): Row[] {
        return this.#window.rows;
    }

    get shownIds(): number[] {
        return this.#table.ids;
    }

    /** Shows what the address says. */
    async begin(query: Query): Promise<void> {
        this.#query = only(query, this.filterNames);
        this.#refetching?.abort();
        const page = this.#page(undefined);
        await atMost(togetherMs, page); // one picture instead of two
        this.#filters.show(this.#query);
        this.views.show(this.#query);
        this.#table.head(this.#columns.shown, this.#query.sort);
        this.selection.clear();
        await this.#read(page);
    }

    /** Other filters: they go into the address. */
    ask(query: Query): void {
        putQuery(query, true);
        void this.begin(query);
    }

    /** Reads the rows that are shown once more; nothing moves. New ones wait until somebody wants them. */
    async refetch(): Promise<void> {
        if (this.#window.rows.length === 0) return this.begin(this.#query);
        const { idOf, newestFirst = true } = this.#options;
        this.#refetching?.abort();
        const { signal } = (this.#refetching = new AbortController());
        try {
            const many = Math.max(this.#perPage, this.#window.rows.length + this.#fresh.length);
            const { data, meta } = await this.#options.load(
                this.#query,
                this.#window.firstCursor,
                Math.min(many, 500),
                signal,
            );
            if (signal.aborted) return; // they are of another query
            const first = this.#window.rows[0];
            const atTop = this.#window.firstCursor === undefined;
            const stays = this.#options.paged && (!atTop || window.scrollY > 40);
            const known = new Set(this.#window.rows.map(idOf));
            this.#fresh =
                newestFirst && first && atTop && stays
                    ? data.filter((row) => !known.has(idOf(row)) && idOf(row) > idOf(first))
                    : [];
            if (stays) this.#window.replace(data, idOf);
            else this.#window.begin(data, this.#options.paged ? (meta?.next_cursor ?? null) : null);
            this.#count = meta?.count ?? this.#count;
            this.#readAt = new Date().toISOString();
            this.#show();
        } catch (error) {
            if (!signal.aborted) this.#failed(error);
        }
    }

    /** One row that is known better now, e.g. from its drawer. */
    replace(row: Row): void {
        if (this.#window.replace([row], this.#options.idOf) > 0) this.#show();
    }

    async more(): Promise<void> {
        const cursor = this.#window.next;
        if (cursor === null || this.#loading) return;
        const page = await this.#page(cursor);
        if (!page) return;
        this.#window.append(page.data, page.meta?.next_cursor ?? null);
        this.#table.hold(() => this.#show());
    }

    async #earlier(): Promise<void> {
        const previous = this.#window.previous;
        if (!previous) return;
        const page = await this.#page(previous.cursor);
        if (!page) return;
        this.#window.prepend(page.data);
        this.#table.hold(() => this.#show());
    }

    async #page(cursor: number | undefined): Promise<Many<Row> | undefined> {
        this.#loading?.abort();
        const loading = (this.#loading = new AbortController());
        try {
            return await this.#options.load(this.#query, cursor, this.#perPage, loading.signal);
        } catch (error) {
            if (!loading.signal.aborted) this.#failed(error);
            return undefined;
        } finally {
            if (this.#loading === loading) this.#loading = undefined;
        }
    }

    async #read(first: Promise<Many<Row> | undefined>): Promise<void> {
        const stop = afterAWhile(() => {
            if (this.#window.rows.length === 0) this.#table.skeleton(12);
            this.root.ariaBusy = 'true';
        });
        const page = await first.finally(stop);
        this.root.ariaBusy = 'false';
        if (!page) return;
        this.#window.begin(page.data, page.meta?.next_cursor ?? null);
        this.#fresh = [];
        this.#count = page.meta?.count ?? String(page.data.length);
        this.#readAt = new Date().toISOString();
        if (page.data.length > firstRows) {
            this.#showRows(page.data.slice(0, firstRows));
            await painted();
            if (this.#window.rows[0] !== page.data[0]) return; // they are of another time
        }
        this.#show();
    }

    #failed(error: unknown): void {
        if (!(error instanceof Failure)) throw error;
        const notice = part(this.root, '.list-notice');
        if (this.#window.rows.length > 0) {
            const text = t('list.stale', { at: shortMoment(this.#readAt) });
            fill(
                notice,
                html`${icon('cloud-slash', 'small')}<span>${text} ${error.message}</span
                    ><button type="button" class="btn btn-sm" data-action="retry">${t('retry')}</button>`,
            );
            return;
        }
        this.#table.clear();
        this.#table.root.hidden = true;
        fill(notice, errorState(t('list.failed'), `${error.message} ${t('list.filters_kept')}`));
    }

    #show(): void {
        const rows = this.#window.rows;
        const notice = part(this.root, '.list-notice');
        const filtered = Object.keys(this.#query).some((name) => name !== 'sort' && !this.#options.keeps?.includes(name));
        if (rows.length === 0) fill(notice, this.#options.empty(filtered));
        else if (this.#fresh.length > 0)
            fill(
                notice,
                html`<button type="button" class="btn btn-sm btn-fresh" data-action="fresh">
                    ${icon('arrow-up', 'tiny')}${t('list.fresh', { count: this.#fresh.length })}
                </button>`,
            );
        else if (this.#window.previous)
            fill(
                notice,
                html`<button type="button" class="btn btn-sm" data-action="earlier">
                    ${icon('arrow-up', 'tiny')}${t('list.earlier')}
                </button>`,
            );
        else fill(notice, html``);
        this.root.classList.toggle('list-bare', rows.length === 0 && !filtered);
        this.#showRows(rows);
        this.#foot();
        this.#selected();
    }

    #showRows(rows: readonly Row[]): void {
        this.#table.root.hidden = rows.length === 0;
        this.#table.show(rows, (id) => this.selection.has(id));
    }

    #foot(): void {
        const shown = this.#window.rows.length,
            more = this.#window.next !== null;
        const { paged, selectable } = this.#options;
        const foot = part(this.root, '.list-foot');
        foot.hidden = shown === 0;
        fill(foot, footMarkup({ shown, count: this.#count, perPage: this.#perPage, paged, more, selectable }));
        this.#end.disconnect();
        if (more) this.#end.observe(part(this.root, '.list-end'));
    }

    #listen(): void {
        const actions: Record<string, (from: HTMLElement) => void> = {
            retry: () => void this.begin(this.#query),
            refetch: () => void this.refetch(),
            more: () => void this.more(),
            earlier: () => void this.#earlier(),
            fresh: () => {
                void this.begin(this.#query);
                window.scrollTo(0, 0);
            },
            'reset-filters': () => this.ask(only(this.#query, this.#options.keeps ?? [])),
            density: () =>
                remember(`density.${this.#options.page}`, this.root.classList.toggle('list-compact') ? 'compact' : 'normal'),
            'per-page': (from) => this.#resize(pageSizes[$(from).closest('li').index()] ?? 50),
        };
        $(this.root)
            .on('click', '[data-action]', (event) =>
                actions[(event.currentTarget as HTMLElement).dataset.action ?? '']?.(event.currentTarget as HTMLElement),
            )
            .on('click', '[data-sort]', (event) =>
                this.ask(withValues(this.#query, { sort: (event.currentTarget as HTMLElement).dataset.sort })),
            )
            .on('change', '[data-column]', (event) =>
                this.#toggleColumn((event.currentTarget as HTMLElement).dataset.column ?? ''),
            )
            .on('click', '[data-select]', (event) => this.#tick(event.currentTarget as HTMLInputElement, event.shiftKey))
            .on('click', 'tbody tr', (event) => this.#clicked(event.target as Element, event.currentTarget as HTMLElement));
        // On a touch screen the tick of a row appears when it is held.
        if (this.#options.selectable)
            onLongPress(this.root, 'tbody tr[data-id]', (tr) => this.selection.toggle(Number(tr.dataset.id)));
    }

    #clicked(target: Element, tr: HTMLElement): void {
        if (target.closest('a, button, input, label') || window.getSelection()?.toString()) return;
        this.open(Number(tr.dataset.id));
    }

    open(id: number): void {
        const row = this.#window.rows.find((one) => this.#options.idOf(one) === id);
        if (row) this.#options.open?.(row);
    }

    #tick(box: HTMLInputElement, range: boolean): void {
        if (box.dataset.select === 'page') {
            if (box.checked) this.selection.choose(this.#table.ids);
            else this.selection.clear();
            return;
        }
        const id = Number(box.dataset.select);
        if (range) this.selection.extend(id, this.#table.ids);
        else this.selection.toggle(id);
    }

    #selected(): void {
        this.#table.select((id) => this.selection.has(id));
        const box = this.root.querySelector<HTMLInputElement>('[data-select="page"]');
        const chosen = this.#window.rows.filter((row) => this.selection.has(this.#options.idOf(row)));
        if (box) {
            box.checked = chosen.length > 0 && chosen.length === this.#window.rows.length;
            box.indeterminate = chosen.length > 0 && !box.checked;
        }
        this.root.classList.toggle('list-choosing', !this.selection.isEmpty);
        this.#options.selected?.(this.selection, chosen);
    }

    #toggleColumn(key: string): void {
        this.#columns.toggle(key);
        this.#table.head(this.#columns.shown, this.#query.sort);
        this.#show();
    }

    #resize(size: number): void {
        this.#perPage = size;
        this.#window = new RowWindow(kept(size));
        remember('per_page', String(size));
        void this.begin(this.#query);
    }

    row(id: number): HTMLTableRowElement | undefined {
        return this.#table.row(id);
    }

    /** The row that has the focus. */
    get focused(): number | undefined {
        const tr = document.activeElement?.closest<HTMLElement>('tr[data-id]');
        return tr && this.root.contains(tr) ? Number(tr.dataset.id) : undefined;
    }

    /** The row `step` further than `from`, in the order shown; focuses it. */
    walk(from: number | undefined, step: number): number | undefined {
        const ids = this.#table.ids;
        const at = from === undefined ? (step > 0 ? -1 : ids.length) : ids.indexOf(from);
        const id = ids[Math.min(Math.max(at + step, 0), ids.length - 1)];
        if (id === undefined) return undefined;
        if (at + step >= ids.length - 5) void this.more();
        const tr = this.#table.row(id);
        tr?.scrollIntoView({ block: 'nearest' });
        tr?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
        return id;
    }

    focusSearch(): void {
        this.#filters.focusSearch();
    }

    close(): void {
        this.#loading?.abort();
        this.#refetching?.abort();
        this.#end.disconnect();
    }
}
