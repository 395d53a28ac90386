import type { Order } from '../../api/orders';
import { age, dayAndClock, money, number, percent } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { statusBadge } from '../../parts/badge';
import { cutInTheMiddle, linkParts, linkSign } from '../../parts/network';
import { siteMark } from '../../parts/site-mark';
import { siteById, supplierById } from '../../reference';
import { t, wordFor } from '../../words';

export const nothing: Markup = html`<span class="nothing">—</span>`;

export function hostOf(address: string): string {
    return address.replace(/^https?:\/\//i, '').replace(/\/.*$/, '');
}

export function siteName(order: Order): string {
    const known = siteById(order.site_id);
    return known ? hostOf(known.url) : (order.site_name ?? String(order.site_id));
}

export function siteMarkOf(order: Order, large = false): Markup {
    const unknown = { id: order.site_id, name: order.site_name ?? '', icon_url: null };
    return siteMark(siteById(order.site_id) ?? unknown, large);
}

export function numberCell(order: Order): Markup {
    return html`<div class="order-number">
        ${siteMarkOf(order)}
        <span class="lines">
            <a class="line strong digits" href="${`/order?order=${order.id}`}" data-open="${order.id}"
                >${order.wp_order_number}</a
            >
            <span class="line second"
                >${siteName(order)}<span class="only-card">&nbsp;· ${age(order.created_at)}</span></span
            >
        </span>
    </div>`;
}

export function productCell(order: Order): Markup {
    const title = order.supplier_service_id
        ? t('order.product_title', { product: order.product_service, service: order.supplier_service_id })
        : order.product_service;
    return html`<span class="two-lines medium" title="${title}">${order.product_service}</span>`;
}

export function quantityCell(order: Order): Markup {
    return html`<span class="line"
        ><span class="only-card">${t('order.quantity')}&nbsp;</span>${number(order.quantity)}</span
    >`;
}

export function linkCell(order: Order): Markup {
    const { host, path } = linkParts(order.url);
    return html`<span class="link-cell" title="${order.url}">
        ${linkSign(order.url)}<span class="lines"
            ><span class="line">${cutInTheMiddle(path)}</span>${host && html`<span class="line second">${host}</span>`}</span
        >
    </span>`;
}

export function clientCell(order: Order): Markup {
    return html`<span class="lines"
        ><span class="line small" title="${order.client_email}">${order.client_email}</span
        >${order.telegram && html`<span class="line second">${order.telegram}</span>`}</span
    >`;
}

export function amountCell(order: Order): Markup {
    return html`<span class="lines"
        ><span class="line strong">${order.total_amount === null ? nothing : money(order.total_amount, order.currency)}</span
        >${order.type_payment && html`<span class="line second">${wordFor('payment', order.type_payment)}</span>`}</span
    >`;
}

export function supplierName(order: Order): string | undefined {
    const id = order.api_provider_id ?? order.route_provider_id;
    if (id) return order.supplier_name ?? supplierById(id)?.name ?? `№ ${id}`;
    return order.supplier_id ? t('order.supplier_id', { id: order.supplier_id }) : undefined;
}

export function supplierCell(order: Order): Markup {
    const name = supplierName(order);
    const below = order.supplier_order_number
        ? `№ ${order.supplier_order_number}`
        : order.phase === 'uncertain'
          ? t('order.unknown')
          : order.phase === 'sending'
            ? t('order.sending')
            : t('order.not_sent');
    return html`<span class="lines"
        ><span class="line">${name ?? nothing}</span
        >${name && html`<span class="line second ${order.phase === 'uncertain' && 'warn'}">${below}</span>`}</span
    >`;
}

/** What is left of the amount, as the server counts it; nothing where a rate is not known. */
export function profitOf(order: Order): { text: string; loss: boolean; margin: number } | undefined {
    if (!order.profit) return undefined;
    const amount = Number(order.total_amount);
    return {
        text: money(order.profit, order.currency),
        loss: order.profit.startsWith('-'),
        margin: amount > 0 ? (Number(order.profit) / amount) * 100 : 0,
    };
}

/** What the supplier charged: in the order's currency, or else in its own. */
export function costOf(order: Order): string | undefined {
    if (order.cost) return money(order.cost, order.currency);
    return order.provider_price ? money(order.provider_price, order.provider_currency ?? order.currency) : undefined;
}

export function costCell(order: Order): Markup {
    const cost = costOf(order);
    if (!cost) return nothing;
    const profit = profitOf(order);
    return html`<span class="lines"
        ><span class="line quiet">${cost}</span
        >${profit && html`<span class="line second ${profit.loss ? 'loss' : 'gain'}">${!profit.loss && '+'}${profit.text}</span>`}</span
    >`;
}

const looks: Record<string, string> = { completed: 'progress-done', partial: 'progress-part' };

export function remainsCell(order: Order): Markup {
    if (order.remains === null || order.quantity <= 0) return html`<span class="nothing nil">—</span>`;
    const done = Math.min(100, Math.max(0, Math.round(((order.quantity - order.remains) / order.quantity) * 100)));
    return html`<span class="line remains"
            ><span
                ><span class="only-card">${t('order.remains')}&nbsp;</span>${number(order.remains)}<span class="only-card"
                    >&nbsp;${t('order.of', { count: number(order.quantity) })}</span
                ></span
            ><span class="quiet small">${percent(done)}</span></span
        >
        <progress
            class="progress-line ${looks[order.phase]}"
            value="${done}"
            max="100"
            aria-label="${t('order.done_percent', { percent: percent(done) })}"
        ></progress>`;
}

/** Why an order is where it is, in a few words. */
function reasonText(order: Order): string | undefined {
    if (order.phase === 'review' && order.suspicion_reasons.length > 0)
        return wordFor('signal', order.suspicion_reasons[0]?.signal ?? '');
    return order.reason ? wordFor('reason', order.reason) : undefined;
}

export function statusCell(order: Order): Markup {
    const reason = reasonText(order);
    return html`${statusBadge(order.status)}${reason && html`<span class="line second" title="${order.reason_text ?? reason}">${reason}</span>`}`;
}

export function ageCell(order: Order): Markup {
    return html`<time datetime="${order.created_at}" title="${dayAndClock(order.created_at)}"
        >${age(order.created_at)}</time
    >`;
}
