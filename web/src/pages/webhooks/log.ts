import { Failure } from '../../api/client';
import { listDeliveries, readDelivery, replayDelivery } from '../../api/webhooks';
import type { Delivery, DeliveryState, Webhook } from '../../api/webhooks';
import { ago, dayAndClock } from '../../format';
import { fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { openDialog } from '../../parts/dialog';
import { icon } from '../../parts/icon';
import { state } from '../../parts/list-page';
import { emptyState, errorState, skeletonLines } from '../../parts/states';
import { toast, toastFailure } from '../../parts/toast';
import { t, wordFor } from '../../words';
import { errorOf, readable } from './texts';

const states: readonly DeliveryState[] = ['pending', 'delivered', 'failed', 'discarded'];
const looks = { pending: 'warn', delivered: 'good', failed: 'bad', discarded: 'none' } as const;

function answerOf(delivery: Delivery): string {
    if (delivery.last_error) return errorOf(delivery.last_error);
    return delivery.last_status === null ? t('webhook.not_tried') : `HTTP ${delivery.last_status}`;
}

function line(delivery: Delivery): Markup {
    return html`<li>
        <span class="grow"
            ><strong>${wordFor('webhook_event', delivery.event)}</strong
            ><small
                ><time datetime="${delivery.created_at}" title="${dayAndClock(delivery.created_at)}"
                    >${ago(delivery.created_at)}</time
                >
                · ${t('webhook.tries', { count: delivery.tries })} · ${answerOf(delivery)}</small
            ></span
        >
        ${state(looks[delivery.state], t(`webhook_state.${delivery.state}`))}
        <button type="button" class="btn btn-ghost btn-sm" data-show="${delivery.id}">${t('webhook.show')}</button>
        <button type="button" class="btn btn-ghost btn-sm" data-replay="${delivery.id}">${t('webhook.replay')}</button>
    </li>`;
}

async function showDelivery(id: number): Promise<void> {
    try {
        const delivery = await readDelivery(id);
        openDialog({
            title: `${wordFor('webhook_event', delivery.event)} · ${delivery.event_id}`,
            wide: true,
            body: html`<p class="quiet">
                    ${answerOf(delivery)}${delivery.next_at && html` · ${t('webhook.next', { at: dayAndClock(delivery.next_at) })}`}
                </p>
                <h3>${t('webhook.payload')}</h3>
                <div class="raw" tabindex="0" role="region" aria-label="${t('webhook.payload')}">
                    <pre>${readable(delivery.payload ?? '')}</pre>
                </div>
                ${
                    delivery.last_answer &&
                    html`<h3>${t('webhook.answer')}</h3>
                        <div class="raw"><pre>${delivery.last_answer}</pre></div>`
                }`,
        });
    } catch (error) {
        toastFailure(t('webhook.log_failed'), error);
    }
}

/** What a webhook was sent, and what came of it. */
export function openLog(webhook: Webhook): void {
    const dialog = openDialog({
        title: t('webhook.log_of', { name: webhook.name }),
        wide: true,
        body: html`<select class="form-select" aria-label="${t('state')}">
                <option value="">${t('webhook.all_states')}</option>
                ${states.map((one) => html`<option value="${one}">${t(`webhook_state.${one}`)}</option>`)}
            </select>
            <div
                class="services"
                tabindex="0"
                role="region"
                aria-label="${t('webhook.log_of', { name: webhook.name })}"
            ></div>`,
        footer: html`<button type="button" class="btn" data-more hidden>${t('webhook.more')}</button>
            <button type="button" class="btn" data-again>${icon('arrow-clockwise', 'small')}${t('webhook.again')}</button>`,
    });
    const room = part(dialog.root, '.services'),
        chosen = part<HTMLSelectElement>(dialog.root, 'select'),
        more = part<HTMLButtonElement>(dialog.root, '[data-more]');
    let all: Delivery[] = [];
    let next: number | null = null;
    let call = 0;
    const read = async (cursor?: number): Promise<void> => {
        const mine = ++call;
        if (cursor === undefined) fill(room, skeletonLines(5));
        try {
            const page = await listDeliveries(webhook.id, chosen.value || undefined, cursor);
            if (mine !== call) return;
            all = cursor === undefined ? page.data : [...all, ...page.data];
            next = page.meta?.next_cursor ?? null;
            fill(
                room,
                all.length > 0
                    ? html`<ul class="things">
                          ${all.map(line)}
                      </ul>`
                    : emptyState('send', t('webhook.log_empty'), t('webhook.log_empty_text')),
            );
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            if (mine !== call) return;
            next = null;
            fill(room, errorState(t('webhook.log_failed'), error.message));
        }
        more.hidden = next === null;
    };
    const replay = async (id: number): Promise<void> => {
        try {
            await replayDelivery(id);
            toast({ kind: 'done', title: t('webhook.replayed') });
            await read();
        } catch (error) {
            toastFailure(t('webhook.not_replayed'), error);
        }
    };
    dialog.root.addEventListener('click', (event) => {
        const target = event.target as Element;
        const shown = target.closest<HTMLElement>('[data-show]')?.dataset.show;
        const again = target.closest<HTMLElement>('[data-replay]')?.dataset.replay;
        if (shown) void showDelivery(Number(shown));
        if (again) void replay(Number(again));
        if (target.closest('[data-again], [data-action="retry"]')) void read();
        if (target.closest('[data-more]') && next !== null) void read(next);
    });
    chosen.addEventListener('change', () => void read());
    void read();
}
