import type { Batch } from '../../api/batches';
import { onLive } from '../../api/live';
import type { LiveEvents } from '../../api/live';
import { listOrders } from '../../api/orders';
import type { Order, OrderCounts } from '../../api/orders';
import { element, html } from '../../html';
import { BatchBar } from '../../parts/batch-bar';
import { icon } from '../../parts/icon';
import { List } from '../../parts/list/list';
import { menu, menuItem } from '../../parts/menu';
import { calmly, whileSeen } from '../../parts/moments';
import { toast } from '../../parts/toast';
import { only, queryString, without, withValues } from '../../query';
import type { Query } from '../../query';
import { putQuery } from '../../router';
import type { OpenPage, PageModule, Place } from '../../router';
import { account, may } from '../../session';
import { useKeys } from '../../shell/shortcuts';
import { t } from '../../words';
import { BulkBar } from './bulk';
import { orderColumns } from './columns';
import { decideOn } from './deciding';
import { noOrders } from './empty';
import { asked, orderFilters, orderViews } from './filters';
import { OrderDrawer } from './order-drawer';

const liveAgainMs = 700;

class OrdersPage implements OpenPage {
    readonly #place: Place;
    readonly #list: List<Order>;
    readonly #bulk: BulkBar;
    readonly #batches: BatchBar;
    readonly #ends: (() => void)[] = [];
    #drawer: OrderDrawer | undefined;
    #count: string | undefined;

    constructor(place: Place) {
        this.#place = place;
        this.#batches = new BatchBar(() => this.#refetch());
        this.#bulk = new BulkBar(
            () => asked(this.#list.query),
            (batch) => this.#started(batch),
        );
        this.#list = new List<Order>({
            page: 'order',
            label: t('page.orders'),
            searchLabel: t('orders.search'),
            columns: orderColumns(),
            filters: orderFilters(),
            views: orderViews(),
            paged: true,
            selectable: may('manager'),
            idOf: ({ id }) => id,
            nameOf: (order) => order.wp_order_number,
            stampOf: ({ version }) => version,
            load: async (query, cursor, perPage, signal) => {
                const page = await listOrders(asked(query), cursor, perPage, signal);
                this.#count = page.meta?.count;
                return page;
            },
            empty: (filtered) => noOrders(filtered, 'needs_decision' in this.#list.query),
            selected: (selection, rows) => this.#bulk.show(selection, rows, this.#count),
            open: (order) => this.#openOrder(order.id),
        });
        place.root.append(this.#head(), this.#batches.root, this.#list.root, this.#bulk.root);
        this.#listen();
    }

    begin(): void {
        void this.#list.views.read();
        void this.#batches.find();
        this.asked(this.#place.query);
    }

    #head(): HTMLElement {
        return element(
            html`<header class="page-head">
                <h1>${t('page.orders')}</h1>
                <span class="grow"></span>
                <button type="button" class="btn btn-ghost" data-action="export">
                    ${icon('download', 'small')}<span>${t('export')}</span>
                </button>
                ${
                    may('manager') &&
                    html`${menu(
                            {
                                content: html`${icon('upload', 'small')}<span>${t('import')}</span>${icon('chevron-down', 'tiny')}`,
                                look: 'btn btn-ghost',
                            },
                            html`${menuItem({ name: 'lines', label: t('import.lines_title'), sign: 'list' })}
                            ${menuItem({ name: 'csv', label: t('import.csv_title'), sign: 'upload' })}`,
                        )}
                        <button type="button" class="btn btn-primary" data-action="new">
                            ${icon('plus-lg', 'small')}<span>${t('new_order')}</span><kbd class="only-wide">N</kbd>
                        </button>`
                }
            </header>`,
        );
    }

    #listen(): void {
        this.#ends.push(
            useKeys({
                '/': () => this.#list.focusSearch(),
                j: () => this.#walk(1),
                k: () => this.#walk(-1),
                x: () => this.#withFocused((id) => this.#list.selection.toggle(id)),
                'shift+x': () => this.#withFocused((id) => this.#list.selection.extend(id, this.#list.shownIds)),
                Enter: () => this.#withFocused((id) => this.#openOrder(id)),
                e: () => this.#withFocused((id) => this.#decideAtOnce(id, 'archive')),
                r: () => this.#withFocused((id) => this.#decideAtOnce(id, 'refresh')),
                n: () => void (may('manager') && this.#act('new')),
            }),
        );
        const read = calmly(() => this.#list.refetch(), liveAgainMs);
        this.#ends.push(
            whileSeen(read),
            onLive('orders', (news) => {
                this.#tellWho(news);
                read();
                if (news.more || news.orders.some(({ id }) => id === this.#drawer?.id)) void this.#drawer?.read();
            }),
            onLive('again', () => this.#refetch()),
            onLive('batches', () => this.#batches.look()),
        );
        this.#place.frame?.onCounts((counts: OrderCounts) => this.#list.views.count(orderViews(counts)));
        this.#ends.push(() => this.#place.frame?.onCounts(undefined));
        const click = (event: Event): void => {
            const target = event.target as Element;
            const open = target.closest<HTMLElement>('[data-open]');
            const pointer = event as MouseEvent;
            if (open && !pointer.ctrlKey && !pointer.metaKey && !pointer.shiftKey) {
                event.preventDefault();
                this.#openOrder(Number(open.dataset.open));
            }
            const action = target.closest<HTMLElement>('.page-head [data-action]')?.dataset.action;
            if (action) void this.#act(action);
        };
        document.body.addEventListener('click', click);
        this.#ends.push(() => document.body.removeEventListener('click', click));
    }

    // Each dialog comes when it is asked for: the list is there sooner without them.
    async #act(action: string): Promise<void> {
        if (action === 'new') {
            const { openNewOrder } = await import('./new-order');
            await openNewOrder((order) => void this.#list.begin(this.#list.query).then(() => this.#openOrder(order.id)));
        } else if (action === 'export') {
            const { openExport } = await import('./export');
            openExport(asked(this.#list.query), this.#list.shownColumns, this.#count);
        } else if (action === 'lines' || action === 'csv') {
            const { openImport } = await import('./import');
            openImport(action, (batch) => this.#started(batch));
        }
    }

    // Somebody else decided about an order that this person looks at.
    #tellWho({ orders }: LiveEvents['orders']): void {
        const theirs = orders.filter(({ by }) => by !== undefined && by !== account().name);
        const shown = this.#list.rows.filter((row) => theirs.some(({ id }) => id === row.id));
        const [first] = shown;
        if (!first) return;
        const by = theirs.find(({ id }) => id === first.id)?.by ?? '';
        const text = shown.length > 1 ? t('live.and_more', { count: shown.length - 1 }) : '';
        toast({ kind: 'done', title: t('live.changed_by', { number: first.wp_order_number, by }), text });
    }

    #started(batch: Batch): void {
        this.#batches.follow(batch);
    }

    #refetch(): void {
        void this.#list.refetch();
        void this.#drawer?.read();
        void this.#place.frame?.count();
    }

    #withFocused(run: (id: number) => void): void {
        const id = this.#drawer?.id ?? this.#list.focused;
        if (id !== undefined) run(id);
    }

    #walk(step: number): void {
        const open = this.#drawer;
        const id = this.#list.walk(open?.id ?? this.#list.focused, step);
        if (open && id !== undefined) this.#openOrder(id);
    }

    // Decisions that need no question, for the row that has the focus.
    #decideAtOnce(id: number, kind: 'archive' | 'refresh'): void {
        const order = this.#list.rows.find((row) => row.id === id);
        if (!order?.actions.includes(kind)) return;
        void decideOn(order, kind, { decided: (fresh) => this.#changed(fresh), late: () => this.#refetch() });
    }

    #changed(order: Order): void {
        this.#list.replace(order);
        void this.#place.frame?.count();
    }

    #openOrder(id: number): void {
        const rows = this.#list.rows,
            at = rows.findIndex((row) => row.id === id);
        this.#drawer ??= new OrderDrawer({
            changed: (order) => this.#changed(order),
            walk: (step) => this.#walk(step),
            home: () => this.#list.row(this.#drawer?.id ?? 0)?.querySelector<HTMLElement>('[data-open]') ?? null,
            closed: () => {
                this.#mark(undefined);
                this.#drawer = undefined;
                putQuery(without(this.#addressed(), 'order'));
            },
        });
        this.#mark(id);
        this.#drawer.open(id, rows[at], at < 0 ? '' : t('order.place', { at: at + 1, count: this.#count ?? '' }));
        putQuery(withValues(this.#addressed(), { order: String(id) }));
    }

    #mark(id: number | undefined): void {
        for (const tr of this.#list.root.querySelectorAll('.row-open')) tr.classList.remove('row-open');
        if (id !== undefined) this.#list.row(id)?.classList.add('row-open');
    }

    #addressed(): Query {
        const { order, ...rest } = Object.fromEntries(new URLSearchParams(location.search));
        return order ? { ...rest, order } : rest;
    }

    asked(query: Query): void {
        // The other address of the queue of decisions.
        if (query.phase === 'uncertain') {
            query = withValues(without(query, 'phase'), { needs_decision: '1' });
            putQuery(query);
        }
        const wanted = only(query, this.#list.filterNames),
            order = Number(query.order);
        const same = this.#count !== undefined && queryString(wanted) === queryString(this.#list.query);
        const then = (): void => {
            if (order) this.#openOrder(order);
            else this.#drawer?.close();
        };
        if (same) return then();
        void this.#list.begin(wanted).then(then);
    }

    refresh(): void {
        this.#refetch();
    }

    close(): void {
        this.#drawer?.close();
        this.#list.close();
        this.#batches.close();
        this.#bulk.close();
        for (const end of this.#ends) end();
    }
}

/** /order: the desk at which people work all day. */
export const page: PageModule = {
    open(place) {
        const open = new OrdersPage(place);
        open.begin();
        return open;
    },
};
