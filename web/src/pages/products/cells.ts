import type { Product } from '../../api/products';
import { money, number } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import type { Column } from '../../parts/list/columns';
import { sites } from '../../reference';
import { t, wordFor } from '../../words';

const nothing: Markup = html`<span class="nothing">—</span>`;

// The shop says what it likes: an address of another kind is no link.
const isWebAddress = (text: string | null): text is string => text !== null && /^https?:\/\//i.test(text);

function nameCell(product: Product): Markup {
    const second = [product.parent_name && `↳ ${product.parent_name}`, `№ ${product.product_id}`]
        .filter(Boolean)
        .join(' · ');
    return html`<span class="lines ${product.parent_id > 0 && 'product-variation'}">
        ${
            isWebAddress(product.permalink)
                ? html`<a
                      class="line strong"
                      href="${product.permalink}"
                      target="_blank"
                      rel="noopener noreferrer"
                      title="${product.name}"
                      >${product.name}</a
                  >`
                : html`<span class="line strong" title="${product.name}">${product.name}</span>`
        }
        <span class="line second" title="${second}">${second}</span>
    </span>`;
}

function priceCell({ price, regular_price, currency }: Product): Markup {
    if (price === null) return nothing;
    return html`<span class="lines"
        ><span class="line strong">${money(price, currency)}</span
        >${regular_price !== null && regular_price !== price && html`<s class="line second">${money(regular_price, currency)}</s>`}</span
    >`;
}

function stockCell({ stock_status, stock_quantity }: Product): Markup {
    if (stock_status === null) return nothing;
    const count = stock_quantity === null ? '' : ` · ${number(stock_quantity)}`;
    return html`<span class="line ${stock_status === 'outofstock' && 'loss'}"
        >${wordFor('product_stock', stock_status)}${count}</span
    >`;
}

function categoryCell({ categories }: Product): Markup {
    const names = categories.map(({ name }) => name).join(', ');
    return names ? html`<span class="two-lines" title="${names}">${names}</span>` : nothing;
}

function mappingCell({ mapping, suppliers, supplier_id, service_id }: Product): Markup {
    if (mapping === 'no_service') return html`<span class="quiet">${t('product.no_service')}</span>`;
    const ids = t('product.ids', { supplier: supplier_id ?? '—', service: service_id ?? '—' });
    if (mapping === 'unmapped')
        return html`<span class="lines product-unmapped" title="${t('product.unmapped_text')}"
            ><span class="line strong">${icon('exclamation-triangle-fill', 'small')} ${t('product.unmapped')}</span
            ><span class="line second digits">${ids}</span></span
        >`;
    const names = suppliers.length > 0 ? suppliers.join(', ') : t('product.mapped');
    return html`<span class="lines"
        ><span class="line" title="${names}">${names}</span><span class="line second digits">${ids}</span></span
    >`;
}

export function productColumns(): Column<Product>[] {
    const ofSites: Column<Product>[] =
        sites().length > 1 ? [{ key: 'site', title: t('product.site'), cell: ({ site_name }) => html`${site_name}` }] : [];
    return [
        { key: 'name', title: t('product.name'), cell: nameCell, always: true },
        ...ofSites,
        {
            key: 'sku',
            title: t('product.sku'),
            cell: ({ sku }) => (sku ? html`<span class="digits">${sku}</span>` : nothing),
        },
        { key: 'price', title: t('product.price'), cell: priceCell, number: true },
        { key: 'stock', title: t('product.stock'), cell: stockCell },
        { key: 'category', title: t('product.category'), cell: categoryCell },
        { key: 'mapping', title: t('product.mapping'), cell: mappingCell, always: true },
        {
            key: 'order_type',
            title: t('product.order_type'),
            cell: ({ order_type }) => (order_type ? html`${order_type}` : nothing),
        },
        {
            key: 'quantity',
            title: t('product.quantity'),
            cell: ({ quantity }) => (quantity === null ? nothing : html`${number(quantity)}`),
            number: true,
        },
        {
            key: 'status',
            title: t('product.status'),
            cell: ({ status }) => (status ? html`${wordFor('product_status', status)}` : nothing),
            extra: true,
        },
    ];
}
