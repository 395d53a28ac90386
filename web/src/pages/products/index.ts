import './products.css';

import { Failure } from '../../api/client';
import { onLive } from '../../api/live';
import { listProducts, productChoices, refreshProducts } from '../../api/products';
import type { Choices, Product, Refresh } from '../../api/products';
import { element, html, part } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import { List } from '../../parts/list/list';
import type { Filter } from '../../parts/list/filters';
import { calmly, whileSeen } from '../../parts/moments';
import { emptyState } from '../../parts/states';
import { toastFailure } from '../../parts/toast';
import { without, withValues } from '../../query';
import type { Query } from '../../query';
import type { OpenPage, PageModule, Place } from '../../router';
import { reference, sites } from '../../reference';
import { may } from '../../session';
import { useKeys } from '../../shell/shortcuts';
import { learn, t } from '../../words';
import { productColumns } from './cells';
import { RefreshBar, isConnectionMissing } from './refresh-bar';

const liveAgainMs = 700,
    whileRunningMs = 3000;

const mappings = ['mapped', 'unmapped', 'no_service'] as const,
    stocks = ['instock', 'outofstock', 'onbackorder'] as const,
    statuses = ['publish', 'draft', 'pending', 'private'] as const,
    sorts = ['name', '-name', 'price', '-price'] as const;

class ProductsPage implements OpenPage {
    readonly #list: List<Product>;
    readonly #bar = new RefreshBar();
    readonly #head: HTMLElement;
    readonly #site: HTMLSelectElement;
    readonly #ends: (() => void)[] = [];
    #refreshes: Refresh[] = [];
    #choices: Choices = { categories: [], supplier_ids: [] };
    #count: string | undefined;
    #closed = false;

    constructor(place: Place) {
        this.#list = new List<Product>({
            page: 'products',
            label: t('page.products'),
            searchLabel: t('product.search'),
            keeps: ['site_id'],
            columns: productColumns(),
            filters: this.#filters(),
            views: [],
            paged: true,
            newestFirst: false,
            selectable: false,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            load: async (query, cursor, perPage, signal) => {
                const page = await listProducts(query, cursor, perPage, signal);
                if (signal.aborted) return page;
                this.#count = page.meta.count;
                this.#seen(page.meta.refreshes);
                return page;
            },
            empty: (filtered) => this.#empty(filtered),
        });
        this.#head = this.#makeHead();
        this.#site = part<HTMLSelectElement>(this.#head, 'select');
        part(this.#head, '.product-ago').append(this.#bar.age);
        place.root.append(this.#head, this.#bar.root, this.#list.root);
        this.#listen(place.root);
        this.asked(place.query);
    }

    #makeHead(): HTMLElement {
        return element(
            html`<header class="page-head products-head">
                <h1>${t('page.products')}</h1>
                <select class="form-select form-select-sm product-site" aria-label="${t('product.site')}">
                    <option value="">${t('product.all_sites')}</option>
                    ${sites().map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
                </select>
                <span class="product-ago"></span>
                <span class="grow"></span>
                <button type="button" class="btn btn-ghost" data-action="export">
                    ${icon('download', 'small')}<span>${t('export')}</span>
                </button>
                <button type="button" class="btn" data-action="read">
                    ${icon('arrow-clockwise', 'small')}<span>${t('product.read')}</span>
                </button>
            </header>`,
        );
    }

    #filters(): Filter[] {
        return [
            {
                name: 'category',
                label: t('product.category'),
                kind: 'choice',
                choices: () => this.#choices.categories.map((value) => ({ value, label: value })),
            },
            {
                name: 'mapping',
                label: t('product.mapping'),
                kind: 'choice',
                choices: () => mappings.map((value) => ({ value, label: t(`product.${value}`) })),
            },
            {
                name: 'supplier_id',
                label: t('product.supplier_id'),
                kind: 'choice',
                choices: () => this.#choices.supplier_ids.map((value) => ({ value, label: value })),
            },
            {
                name: 'stock',
                label: t('product.stock'),
                kind: 'choice',
                choices: () => stocks.map((value) => ({ value, label: t(`product_stock.${value}`) })),
            },
            {
                name: 'status',
                label: t('product.status'),
                kind: 'choice',
                choices: () => statuses.map((value) => ({ value, label: t(`product_status.${value}`) })),
            },
            {
                name: 'sort',
                label: t('product.sort'),
                kind: 'choice',
                choices: () => sorts.map((value) => ({ value, label: t(`product_sort.${value}`) })),
            },
        ];
    }

    #listen(root: HTMLElement): void {
        const read = calmly(() => this.#list.refetch(), liveAgainMs);
        this.#ends.push(
            onLive('products', ({ site_id }) => {
                const { site_id: here } = this.#list.query;
                if (here === undefined || Number(here) === site_id) read();
            }),
            onLive('again', () => this.refresh()),
            whileSeen(read),
            whileSeen(() => this.#refreshes.some(({ state }) => state === 'running') && read(), whileRunningMs),
            useKeys({
                '/': () => this.#list.focusSearch(),
                j: () => void this.#list.walk(this.#list.focused, 1),
                k: () => void this.#list.walk(this.#list.focused, -1),
            }),
        );
        this.#site.addEventListener('change', () => {
            this.#list.ask(withValues(this.#list.query, { site_id: this.#site.value, category: undefined }));
            void this.#learnChoices();
        });
        const click = (event: Event): void => {
            const target = event.target as Element;
            const site = target.closest<HTMLElement>('[data-read]')?.dataset.read;
            if (site) void this.#readShops([Number(site)]);
            const action = target.closest<HTMLElement>('.page-head [data-action], .state [data-action]')?.dataset.action;
            if (action === 'read') void this.#readShops(this.#chosen());
            if (action === 'export') void this.#export();
        };
        root.addEventListener('click', click);
        this.#ends.push(() => root.removeEventListener('click', click));
    }

    #chosen(): number[] {
        const { site_id } = this.#list.query;
        return site_id ? [Number(site_id)] : sites().map(({ id }) => id);
    }

    async #readShops(ids: number[]): Promise<void> {
        try {
            for (const id of ids) await refreshProducts(id);
        } catch (error) {
            toastFailure(t('product.not_begun'), error);
        }
        this.refresh();
    }

    async #export(): Promise<void> {
        const { openExport } = await import('../orders/export');
        openExport(this.#list.query, this.#list.shownColumns, this.#count, {
            name: 'products',
            title: t('product.export'),
        });
    }

    // New categories may have come with it.
    #seen(refreshes: Refresh[]): void {
        const ended = this.#refreshes.some(
            ({ state, site_id }) =>
                state === 'running' && refreshes.some((one) => one.site_id === site_id && one.state !== 'running'),
        );
        this.#refreshes = refreshes;
        this.#bar.show(refreshes);
        if (ended) void this.#learnChoices();
    }

    async #learnChoices(): Promise<void> {
        const { site_id } = this.#list.query;
        try {
            const choices = await productChoices(site_id);
            if (site_id === this.#list.query.site_id) this.#choices = choices;
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
    }

    #empty(filtered: boolean): Markup {
        if (sites().length === 0)
            return emptyState(
                'shop',
                t('product.no_sites'),
                t(may('admin') ? 'product.no_sites_text' : 'product.no_sites_for_you'),
                may('admin') ? { label: t('page.sites'), href: '/settings/sites' } : undefined,
            );
        const others = without(this.#list.query, 'site_id');
        if (filtered && Object.keys(others).length > 0)
            return emptyState('search', t('list.none_found'), t('list.none_found_text'), {
                label: t('filter.reset'),
                name: 'reset-filters',
            });
        if (this.#refreshes.some(({ state }) => state === 'running'))
            return emptyState('hourglass-split', t('product.first_reading'), t('product.first_reading_text'));
        if (this.#refreshes.length > 0 && this.#refreshes.every(isConnectionMissing))
            return emptyState(
                'plug',
                t('product.not_connected'),
                t('product.not_connected_text'),
                may('admin') ? { label: t('page.sites'), href: '/settings/sites' } : undefined,
            );
        return emptyState('shop', t('product.none'), t('product.none_text'), { label: t('product.read'), name: 'read' });
    }

    asked(query: Query): void {
        void this.#begin(query);
    }

    async #begin(query: Query): Promise<void> {
        this.#site.value = query.site_id ?? '';
        await this.#list.begin(query);
        if (!this.#closed) await this.#learnChoices();
    }

    refresh(): void {
        void this.#list.refetch();
    }

    close(): void {
        this.#closed = true;
        this.#list.close();
        for (const end of this.#ends) end();
    }
}

/** /products: what the shops sell, and whether orders of it find a supplier. */
export const page: PageModule = {
    async open(place) {
        await Promise.all([
            learn({
                uk: () => import('../../../locales/products.uk.json'),
                en: () => import('../../../locales/products.en.json'),
            }),
            learn({
                uk: () => import('../../../locales/shops.uk.json'),
                en: () => import('../../../locales/shops.en.json'),
            }),
            reference(),
        ]);
        return new ProductsPage(place);
    },
};
