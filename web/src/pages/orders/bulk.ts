import { previewBatch, startBatch } from '../../api/batches';
import type { Batch, BatchOrder, BatchPreview } from '../../api/batches';
import { freshKey } from '../../api/client';
import type { DecisionKind, Order } from '../../api/orders';
import { money, number } from '../../format';
import { element, fill, html } from '../../html';
import type { Markup } from '../../html';
import { confirmed } from '../../parts/dialog';
import { icon } from '../../parts/icon';
import type { Sign } from '../../parts/icon';
import type { Selection } from '../../parts/list/selection';
import { menu, menuItem } from '../../parts/menu';
import { toastFailure } from '../../parts/toast';
import type { Query } from '../../query';
import { statusName, statuses } from '../../reference';
import { may } from '../../session';
import { t, wordIfKnown } from '../../words';

interface Action {
    kind: DecisionKind;
    sign: Sign;
    danger?: boolean;
    /** Stands in the bar on a phone as well; the others are behind the dots. */
    first?: boolean;
}

const actions: readonly Action[] = [
    { kind: 'refresh', sign: 'arrow-repeat', first: true },
    { kind: 'resend', sign: 'send' },
    { kind: 'refill', sign: 'droplet-half' },
    { kind: 'status', sign: 'tag', first: true },
    { kind: 'archive', sign: 'archive' },
    { kind: 'cancel', sign: 'slash-circle', danger: true },
];

function takes(order: Order, kind: DecisionKind): boolean {
    return order.actions.includes(kind);
}

// On a phone there is room for a word only.
function words(kind: DecisionKind, label: string): Markup {
    const short = wordIfKnown('bulk_short', kind) ?? label;
    return html`<span class="only-desk">${label}</span><span class="only-phone">${short}</span>`;
}

function statusMenu(look: string): Markup {
    const items = statuses().map(({ status_value }) =>
        menuItem({ name: `status:${status_value}`, label: statusName(status_value) }),
    );
    return html`<span
        >${menu({ content: html`${icon('tag', 'small')}${words('status', t('bulk.status'))}`, look }, html`${items}`)}</span
    >`;
}

/** The sum of what is chosen, when all of it is in one currency. */
function sumOf(orders: readonly Order[]): string {
    const currency = orders[0]?.currency;
    const priced = orders.some((order) => order.total_amount !== null);
    if (!currency || !priced || orders.some((order) => order.currency !== currency)) return '';
    const sum = orders.reduce((all, order) => all + Number(order.total_amount ?? 0), 0);
    return money(sum.toFixed(2), currency);
}

interface Asked {
    kind: DecisionKind;
    status?: string;
    title: string;
    danger: boolean;
}

/** The bar over the list as long as orders are chosen. Everything in it runs on the server as a batch. */
export class BulkBar {
    readonly root = element(html`<div class="bulk" role="toolbar" aria-label="${t('bulk')}" hidden></div>`);
    #selection: Selection | undefined;
    #orders: Order[] = [];
    readonly #query: () => Query;
    readonly #started: (batch: Batch) => void;

    constructor(query: () => Query, started: (batch: Batch) => void) {
        this.#query = query;
        this.#started = started;
        this.root.addEventListener('click', (event) => {
            const name = (event.target as Element).closest<HTMLElement>('[data-action]')?.dataset.action;
            if (name) this.#act(name);
        });
    }

    /** Other pages' messages stand where they always do. */
    close(): void {
        document.body.classList.remove('has-bulk');
    }

    show(selection: Selection, orders: Order[], total: string | undefined): void {
        this.#selection = selection;
        this.#orders = orders;
        this.root.hidden = selection.isEmpty || !may('manager');
        document.body.classList.toggle('has-bulk', !this.root.hidden);
        if (this.root.hidden) return;
        const count = selection.all ? (total ?? '') : number(selection.ids.length);
        const mayHaveMore = !selection.all && orders.length > 0 && total !== undefined && total !== String(orders.length);
        fill(
            this.root,
            html`<strong class="bulk-count digits"
                    >${selection.all ? t('bulk.all', { count }) : t('bulk.chosen', { count: selection.ids.length })}</strong
                >
                <span class="bulk-sum digits only-desk">${!selection.all && sumOf(orders)}</span>
                ${mayHaveMore && html`<button type="button" class="btn btn-bulk bulk-all" data-action="all">${t('bulk.choose_all', { count: total })}</button>`}
                <span class="bulk-line"></span>
                ${actions.map((action) => this.#button(action))}
                <span class="only-phone">${this.#rest()}</span>
                <button type="button" class="btn btn-bulk btn-square" data-action="none" aria-label="${t('bulk.none')}">
                    ${icon('x-lg', 'small')}
                </button>`,
        );
    }

    #able(kind: DecisionKind): number {
        return this.#selection?.all ? Infinity : this.#orders.filter((order) => takes(order, kind)).length;
    }

    #label(kind: DecisionKind): string {
        const able = this.#able(kind),
            all = this.#orders.length;
        const name = t(`bulk.${kind as 'refresh'}`);
        return able > 0 && able < all ? t('bulk.some', { name, able, all }) : name;
    }

    #button(action: Action): Markup {
        const off = this.#able(action.kind) === 0;
        const look = `btn btn-bulk ${action.danger ? 'btn-bulk-danger' : ''} ${action.first ? '' : 'only-desk'}`;
        if (action.kind === 'status') return statusMenu(look);
        return html`<button
            type="button"
            class="${look}"
            data-action="${action.kind}"
            ${off && 'disabled'}
            title="${off && t('bulk.nobody')}"
        >
            ${icon(action.sign, 'small')}${words(action.kind, this.#label(action.kind))}
        </button>`;
    }

    // On a phone, what has no room in the bar.
    #rest(): Markup {
        const items = actions.filter(({ first }) => !first).map((action) => this.#item(action));
        return menu({ content: icon('three-dots'), look: 'btn btn-bulk', label: t('more') }, html`${items}`);
    }

    #item(action: Action): Markup {
        const off = this.#able(action.kind) === 0;
        return menuItem({
            name: action.kind,
            label: this.#label(action.kind),
            sign: action.sign,
            danger: action.danger ?? false,
            ...(off ? { off: t('bulk.nobody') } : {}),
        });
    }

    #act(name: string): void {
        if (name === 'none') this.#selection?.clear();
        else if (name === 'all') this.#selection?.chooseAll();
        else if (name.startsWith('status:'))
            void this.#run({ kind: 'status', status: name.slice(7), title: t('bulk.status'), danger: false });
        else
            void this.#run({ kind: name as DecisionKind, title: t(`bulk.${name as 'refresh'}`), danger: name === 'cancel' });
    }

    async #run(asked: Asked): Promise<void> {
        const selection = this.#selection;
        if (!selection) return;
        const which = selection.all ? { filter: this.#query() } : { ids: selection.ids };
        if (
            await runBatch(
                {
                    ...which,
                    kind: asked.kind,
                    ...(asked.status ? { status: asked.status } : {}),
                    ...(asked.kind === 'archive' ? { archive: true } : {}),
                },
                asked,
                this.#started,
            )
        )
            selection.clear();
    }
}

function preview(found: BatchPreview): Markup {
    return html`<p>${t('bulk.preview', { allowed: number(found.allowed), matching: number(found.matching) })}</p>
        ${found.amount.length > 0 && html`<p class="digits">${t('bulk.amount', { amount: found.amount.map(({ sum, currency }) => money(sum, currency)).join(' + ') })}</p>`}
        ${
            found.refused.length > 0 &&
            html`<p>${t('bulk.refused')}</p>
                <ul class="refused">
                    ${found.refused.map((one) => html`<li><span>${statusName(one.status)}</span><span class="digits">${number(one.count)}</span></li>`)}
                </ul>`
        }`;
}

/** Shows what a batch would do, and starts it when the person says so. */
async function runBatch(batch: BatchOrder, asked: Asked, started: (batch: Batch) => void): Promise<boolean> {
    try {
        const found = await previewBatch(batch);
        const title = asked.status ? t('bulk.status_title', { status: statusName(asked.status) }) : asked.title;
        if (found.allowed === 0) {
            await confirmed({ title, text: preview(found), yes: t('understood') });
            return false;
        }
        // Asking a supplier for news changes nothing: it needs no question.
        const sure =
            asked.kind === 'refresh' ||
            (await confirmed({
                title,
                text: preview(found),
                yes: t('bulk.go', { count: found.allowed }),
                danger: asked.danger,
            }));
        if (!sure) return false;
        started(await startBatch(batch, freshKey()));
        return true;
    } catch (error) {
        toastFailure(t('bulk.failed'), error);
        return false;
    }
}
