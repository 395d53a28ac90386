import type { Attempt, Order, OrderHistory } from '../../api/orders';
import { ago, dayAndClock, money, number, percent } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { statusBadge } from '../../parts/badge';
import { linkAddress, linkSign } from '../../parts/network';
import { queryString } from '../../query';
import { supplierById } from '../../reference';
import { may } from '../../session';
import { t, wordFor } from '../../words';
import { costOf, nothing, profitOf, siteName, supplierName } from './cells';

function figure(title: string, value: Markup | string, below: string, look = ''): Markup {
    return html`<div>
        <dt>${title}</dt>
        <dd class="${look}">${value}</dd>
        <dd class="figure-note">${below}</dd>
    </div>`;
}

function profitFigure(order: Order): Markup {
    const profit = profitOf(order);
    if (!profit) return figure(t('order.profit'), nothing, '');
    return figure(
        t('order.profit'),
        profit.text,
        t('order.margin', { percent: percent(profit.margin, 1) }),
        profit.loss ? 'loss' : 'gain',
    );
}

/** The amounts that come before everything else. */
export function figures(order: Order, tries: readonly Attempt[]): Markup {
    const charged = costOf(order),
        last = tries.at(-1);
    const currency = supplierById(last?.api_provider_id ?? 0)?.currency ?? order.currency;
    const expected = !charged && last?.estimated_charge ? money(last.estimated_charge, currency) : undefined;
    const payment = order.type_payment ? wordFor('payment', order.type_payment) : '';
    const left = order.remains === null ? '' : t('order.left', { count: number(order.remains) });
    const answered = order.answered_at ? t('order.answered', { ago: ago(order.answered_at) }) : '';
    return html`<dl class="figures">
        ${figure(t('order.amount'), order.total_amount === null ? nothing : money(order.total_amount, order.currency), payment)}
        ${may('manager') && html`${figure(t('order.cost'), charged ?? expected ?? nothing, expected ? t('order.expected') : '')}${profitFigure(order)}`}
        ${figure(t('order.quantity'), number(order.quantity), left)}
        ${figure(t('order.attempts'), number(tries.length), answered)}
    </dl>`;
}

function fact(title: string, value: Markup | string | null | undefined | false): Markup {
    return html`${
        value &&
        html`<dt>${title}</dt>
            <dd>${value}</dd>`
    }`;
}

function link(order: Order): Markup {
    const address = linkAddress(order.url);
    return html`<span class="fact-link"
        >${linkSign(order.url)}${address ? html`<a href="${address}" target="_blank" rel="noopener noreferrer">${order.url}</a>` : html`<span>${order.url}</span>`}</span
    >`;
}

function params(order: Order): Markup {
    return html`${Object.entries(order.params).map(([name, value]) => fact(wordFor('param', name), typeof value === 'string' ? value : JSON.stringify(value)))}`;
}

export function facts(order: OrderHistory): Markup {
    const supplier = supplierName(order);
    return html`<h3>${t('facts.title')}</h3>
        <dl class="facts">
            ${fact(t('order.product'), order.product_service)} ${fact(t('order.link'), link(order))}
            ${fact(t('order.client'), html`<a href="${`/order${queryString({ q: order.client_email })}`}">${order.client_email}</a>`)}
            ${fact('Telegram', order.telegram)} ${fact(t('order.site'), siteName(order))}
            ${fact(t('order.site_page'), order.url_site)}
            ${supplier && fact(t('order.supplier'), html`${supplier}${order.supplier_service_id && html` · ${order.supplier_service_id}`}`)}
            ${order.supplier_order_number && fact(t('order.supplier_number'), html`<span class="digits">${order.supplier_order_number}</span>`)}
            ${fact(t('order.supplier_status'), order.supplier_status)}
            ${order.order_type !== 'Default' && fact(t('order.type'), order.order_type)} ${params(order)}
            ${order.start_count !== null && fact(t('order.start_count'), number(order.start_count))}
            ${order.refill_number && fact(t('order.refill'), `№ ${order.refill_number}${order.refill_status ? ` · ${order.refill_status}` : ''}`)}
            ${fact(t('order.created'), dayAndClock(order.created_at))}
            ${order.finished_at && fact(t('order.finished'), dayAndClock(order.finished_at))}
            ${order.is_archive && fact(t('order.archive'), t('order.in_archive'))}
        </dl>`;
}

export function notes(order: OrderHistory, draft: string): Markup {
    const written = order.events.filter((event) => event.kind === 'note');
    return html`<h3>${t('notes.title')}</h3>
        ${
            order.notes &&
            html`<div class="note">
                <p>${order.notes}</p>
                <small>${t('notes.of_shop')}</small>
                ${may('manager') && html`<button type="button" class="btn-link small" data-drawer-do="notes">${t('edit')}</button>`}
            </div>`
        }
        ${written.map(
            (event) =>
                html`<div class="note">
                    <p>${event.detail}</p>
                    <small
                        >${event.actor} ·
                        <time datetime="${event.at}" title="${dayAndClock(event.at)}">${ago(event.at)}</time></small
                    >
                </div>`,
        )}
        <form class="note-form" data-note>
            <textarea
                class="form-control form-control-sm"
                name="text"
                rows="2"
                maxlength="500"
                aria-label="${t('notes.add')}"
                placeholder="${t('notes.add')}"
            >
${draft}</textarea>
            <button type="submit" class="btn btn-sm">${t('notes.save')}</button>
        </form>`;
}

export function related(order: Order, others: Order[] | undefined): Markup {
    if (!others || others.length === 0) return html``;
    return html`<h3>${t('related.title')} <span class="quiet">${number(others.length)}</span></h3>
        <ul class="related">
            ${others.map(
                (one) =>
                    html`<li>
                        <a class="digits" href="${`/order?order=${one.id}`}" data-open="${one.id}">${one.wp_order_number}</a
                        >${statusBadge(one.status)} <span class="cut quiet small">${one.product_service}</span
                        ><span class="digits small end"
                            >${one.total_amount === null ? nothing : money(one.total_amount, one.currency)}</span
                        >
                    </li>`,
            )}
        </ul>
        <a class="small" href="${`/order${queryString({ q: order.client_email })}`}">${t('related.all')}</a>`;
}
