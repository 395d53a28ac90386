import type { Attempt, OrderEvent, OrderHistory } from '../../api/orders';
import { clock, day, dayAndClock, money } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import type { Sign } from '../../parts/icon';
import { statusName, supplierById } from '../../reference';
import { t, wordFor } from '../../words';

const signs: Record<string, Sign> = {
    received: 'cart',
    approved: 'check-lg',
    taken: 'send',
    unsent: 'arrow-counterclockwise',
    accepted: 'check-circle-fill',
    refused: 'x-octagon-fill',
    lost: 'question-diamond-fill',
    found: 'search',
    absent: 'slash-circle',
    resent: 'send',
    held: 'pause-circle',
    dropped: 'slash-circle',
    paid_back: 'arrow-counterclockwise',
    completed: 'check-circle-fill',
    partial: 'pie-chart-fill',
    canceled: 'slash-circle',
    refunded: 'arrow-counterclockwise',
    status: 'tag',
    archived: 'archive',
    unarchived: 'archive',
    evidence: 'search',
    failover: 'arrow-left-right',
    recheck_asked: 'arrow-repeat',
    send_again_asked: 'people',
    supplier_status: 'plug',
    note: 'chat-left-text',
    notes_changed: 'pencil',
    by_hand: 'person',
    shop_cancelled: 'shop',
    shop_refunded: 'arrow-counterclockwise',
    shop_refunded_partly: 'arrow-counterclockwise',
};

// Phases stand in the history as the machine calls them; people know the words of the statuses.
function shown(value: string): string {
    return wordFor('phase', statusName(value));
}

function change(event: OrderEvent): Markup {
    if (event.kind === 'send_again_asked' || !event.to_value) return html``;
    return event.from_value
        ? html`<span class="quiet">${shown(event.from_value)}</span> ${icon('chevron-right', 'tiny')}
              <strong>${shown(event.to_value)}</strong>`
        : html`<strong>${shown(event.to_value)}</strong>`;
}

function actor(event: OrderEvent): string {
    return event.actor_kind === 'system'
        ? t('actor.system')
        : event.actor_kind === 'supplier'
          ? t('actor.supplier')
          : event.actor;
}

function item(event: OrderEvent, newDay: boolean): Markup {
    return html`${newDay && html`<li class="timeline-day">${day(event.at)}</li>`}
        <li class="timeline-item">
            <time datetime="${event.at}" title="${dayAndClock(event.at)}">${clock(event.at)}</time>
            <span class="timeline-sign">${icon(signs[event.kind] ?? 'activity')}</span>
            <div>
                <p>
                    ${wordFor('event', event.kind)}${event.to_value && event.kind !== 'send_again_asked' && ': '}${change(event)}
                    <small>· ${actor(event)}</small>
                </p>
                ${event.detail && html`<p class="timeline-detail">${event.detail}</p>`}
                ${
                    event.reply &&
                    html`<details class="raw">
                        <summary>${t('event.reply')}</summary>
                        <pre tabindex="0">${event.reply}</pre>
                    </details>`
                }
            </div>
        </li>`;
}

const shortHistory = 8;

/** What happened to an order, the latest first. */
export function timeline(events: OrderEvent[], whole: boolean): Markup {
    const latest = [...events].reverse();
    const cut = whole ? latest : latest.slice(0, shortHistory);
    return html`<section class="section">
        <header class="section-head">
            <h3>${t('events.title')}</h3>
            <span class="quiet small">${t('events.count', { count: events.length })}</span>
            ${latest.length > cut.length && html`<button type="button" class="btn btn-ghost btn-sm" data-drawer-do="whole">${t('events.all')}</button>`}
        </header>
        <ol class="timeline">
            ${cut.map((event, i) => item(event, i > 0 && day(event.at) !== day(cut[i - 1]?.at ?? event.at)))}
        </ol>
    </section>`;
}

const looks: Record<string, string> = {
    accepted: 'completed',
    resolved_found: 'completed',
    rejected: 'notaccepted',
    unknown: 'uncertain',
};

function attemptMarkup(one: Attempt, order: OrderHistory): Markup {
    const supplier = supplierById(one.api_provider_id);
    const charge =
        one.estimated_charge && money(one.estimated_charge, supplier?.currency ?? order.provider_currency ?? order.currency);
    const facts = [
        t('attempt.service', { service: one.supplier_service_id }),
        one.supplier_order_id && `№ ${one.supplier_order_id}`,
        one.http_status && `HTTP ${one.http_status}`,
        charge && t('attempt.expected', { amount: charge }),
        one.reason && wordFor('reason', one.reason),
    ].filter((fact): fact is string => !!fact);
    return html`<article class="attempt">
        <header>
            <strong>${t('attempt.n', { n: one.n })}</strong>
            <span class="grow cut quiet"
                >${supplier?.name ?? `№ ${one.api_provider_id}`} ·
                <time datetime="${one.prepared_at}">${dayAndClock(one.prepared_at)}</time></span
            >
            <span class="status-badge status-badge-plain badge-${looks[one.state] ?? 'canceled'}"
                >${wordFor('attempt_state', one.state)}</span
            >
        </header>
        <p>${facts.join(' · ')}</p>
        ${one.detail && html`<p class="quiet">${one.detail}</p>`}
        <pre tabindex="0" aria-label="${t('attempt.reply')}">${one.body ?? t('attempt.no_reply')}</pre>
    </article>`;
}

/** Each try to place an order, with the supplier's reply as it came. */
export function attempts(order: OrderHistory): Markup {
    const tries = order.attempts ?? [];
    if (tries.length === 0) return html``;
    return html`<section class="section">
        <header class="section-head">
            <h3>${t('attempts.title')}</h3>
            <span class="quiet small">${t('attempts.note')}</span>
        </header>
        ${[...tries].reverse().map((one) => attemptMarkup(one, order))}
    </section>`;
}
