import { shareOrder } from '../../api/live';
import { Failure } from '../../api/client';
import { addNote, changeNotes, readOrder, relatedOrders } from '../../api/orders';
import type { DecisionKind, Order, OrderHistory } from '../../api/orders';
import { ago } from '../../format';
import { html, part } from '../../html';
import type { Markup } from '../../html';
import { statusBadge } from '../../parts/badge';
import { copy } from '../../parts/copy';
import { drawerSkeleton, openDrawer } from '../../parts/drawer';
import type { Drawer } from '../../parts/drawer';
import { openFormDialog } from '../../parts/form-dialog';
import { icon } from '../../parts/icon';
import { menu, menuItem } from '../../parts/menu';
import { errorState } from '../../parts/states';
import { toastFailure } from '../../parts/toast';
import { guardUnsaved } from '../../router';
import { t } from '../../words';
import { siteMarkOf, siteName } from './cells';
import { decideOn } from './deciding';
import { decisionDock, decisionPanel, riskOf, signOf } from './decision-panel';
import { facts, figures, notes, related } from './facts';
import { attempts, timeline } from './timeline';

interface Options {
    changed: (order: OrderHistory) => void;
    closed: () => void;
    walk: (step: number) => void;
    home: () => HTMLElement | null;
}

const lookAgainMs = { soon: 2000, atRest: 10_000 };
const inPanel: readonly DecisionKind[] = ['approve', 'reject', 'found', 'send_again', 'recheck', 'paid_back', 'resend'];

function decisionItem(order: Order, kind: DecisionKind): Markup {
    const label = kind === 'archive' && order.is_archive ? t('decide.unarchive') : t(`decide.button_long.${kind}`);
    return menuItem({ name: `decide:${kind}`, label, sign: signOf(kind), danger: kind === 'cancel' });
}

/** One order with everything about it, beside the list. */
export class OrderDrawer {
    readonly #options: Options;
    readonly #drawer: Drawer;
    readonly #release: () => void;
    #id = 0;
    #order: OrderHistory | undefined;
    #others: Order[] | undefined;
    #late = '';
    #draft = '';
    #whole = false;
    #place = '';
    #timer: number | undefined;
    #loading = new AbortController();

    constructor(options: Options) {
        this.#options = options;
        this.#drawer = openDrawer({
            label: t('order.drawer'),
            home: options.home,
            closed: () => {
                window.clearTimeout(this.#timer);
                this.#loading.abort();
                this.#release();
                this.#leave();
                options.closed();
            },
        });
        this.#release = guardUnsaved(() => this.#draft.trim() !== '');
        this.#listen();
    }

    #leave: () => void = () => undefined;
    #lookers: string[] = [];

    get id(): number {
        return this.#id;
    }

    #listen(): void {
        const { root } = this.#drawer;
        root.addEventListener('click', (event) => {
            const data = (event.target as Element).closest<HTMLElement>(
                '[data-decide], [data-drawer-do], [data-action]',
            )?.dataset;
            if (data?.decide) void this.#decide(data.decide as DecisionKind, data.number);
            else if (data) this.#do(data.drawerDo ?? data.action ?? '');
        });
        root.addEventListener('submit', (event) => {
            event.preventDefault();
            void this.#note();
        });
        root.addEventListener('input', (event) => {
            if ((event.target as HTMLElement).matches('[data-note] textarea'))
                this.#draft = (event.target as HTMLTextAreaElement).value;
        });
    }

    #do(what: string): void {
        if (what === 'whole') {
            this.#whole = true;
            this.#show();
        } else if (what === 'previous') this.#options.walk(-1);
        else if (what === 'next') this.#options.walk(1);
        else if (what === 'copy') void copy(`${location.origin}/order?order=${this.#id}`);
        else if (what === 'retry') void this.read();
        else if (what === 'notes') this.#changeNotes();
        else if (what.startsWith('decide:')) void this.#decide(what.slice(7) as DecisionKind);
    }

    async #decide(kind: DecisionKind, known?: string): Promise<void> {
        const order = this.#order;
        if (!order) return;
        await decideOn(
            order,
            kind,
            {
                decided: (fresh) => this.#take(fresh),
                late: (text) => {
                    this.#late = text;
                    void this.read();
                },
            },
            known ? { supplier_order_number: known } : {},
            riskOf(order),
        );
    }

    async #note(): Promise<void> {
        const order = this.#order,
            text = this.#draft.trim();
        if (!order || text === '') return;
        try {
            const fresh = await addNote(order.id, text);
            this.#draft = '';
            this.#take(fresh);
        } catch (error) {
            toastFailure(t('notes.not_saved'), error);
        }
    }

    #changeNotes(): void {
        const order = this.#order;
        if (!order) return;
        openFormDialog({
            title: t('notes.change', { number: order.wp_order_number }),
            parts: [
                { name: 'notes', label: t('notes.title'), kind: 'area', rows: 6, longest: 10_000, value: order.notes ?? '' },
            ],
            submit: t('save'),
            act: async ({ notes }) => this.#take(await changeNotes(order.id, String(notes), order.version)),
        });
    }

    #take(fresh: OrderHistory): void {
        if (fresh.id !== this.#id) return this.#options.changed(fresh);
        this.#late = '';
        this.#order = fresh;
        this.#options.changed(fresh);
        this.#show();
        this.#lookAgain(lookAgainMs.soon);
    }

    /** Shows an order; what the list knows of it stands there at once. */
    open(id: number, known: Order | undefined, place: string): void {
        this.#place = place;
        if (id === this.#id) return;
        this.#id = id;
        this.#order = undefined;
        this.#others = undefined;
        this.#late = '';
        this.#draft = '';
        this.#whole = false;
        this.#drawer.show(known ? html`${this.#head(known)}${figures(known, [])}${drawerSkeleton()}` : drawerSkeleton());
        void this.read();
        void this.#readOthers(id);
        this.#leave();
        this.#lookers = [];
        this.#leave = shareOrder(id, (names) => {
            this.#lookers = names;
            if (this.#order) this.#show();
        });
    }

    async read(): Promise<void> {
        window.clearTimeout(this.#timer);
        this.#loading.abort();
        this.#loading = new AbortController();
        const { signal } = this.#loading,
            id = this.#id;
        try {
            const fresh = await readOrder(id, signal);
            if (signal.aborted) return;
            const same =
                this.#order?.version === fresh.version &&
                this.#order.events.length === fresh.events.length &&
                this.#order.evidence?.length === fresh.evidence?.length;
            this.#order = fresh;
            if (!same || this.#late) {
                this.#options.changed(fresh);
                this.#show();
            }
        } catch (error) {
            if (signal.aborted) return;
            if (!(error instanceof Failure)) throw error;
            if (!this.#order)
                this.#drawer.show(
                    html`${this.#closeOnly()}${error.status === 404 ? errorState(t('order.gone'), t('order.gone_text')) : errorState(t('order.failed'), error.message)}`,
                );
        }
        const onItsWay = this.#order?.phase === 'launching' || this.#order?.phase === 'sending';
        this.#lookAgain(onItsWay ? lookAgainMs.soon : lookAgainMs.atRest);
    }

    #lookAgain(ms: number): void {
        window.clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => void this.read(), ms);
    }

    async #readOthers(id: number): Promise<void> {
        try {
            const others = await relatedOrders(id);
            if (id !== this.#id) return;
            this.#others = others;
            if (this.#order) this.#show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
    }

    #closeOnly(): Markup {
        return html`<div class="drawer-head">
            <span class="grow"></span
            ><button type="button" class="btn btn-ghost btn-square" data-drawer="close" aria-label="${t('close')}">
                ${icon('x-lg', 'small')}
            </button>
        </div>`;
    }

    #head(order: Order): Markup {
        const more = order.actions.filter(
            (kind) =>
                !inPanel.includes(kind) &&
                !(kind === 'cancel' && ['review', 'uncertain', 'notaccepted'].includes(order.phase)),
        );
        return html`<div class="drawer-head">
            <button type="button" class="btn btn-ghost btn-square only-phone" data-drawer="close" aria-label="${t('back')}">
                ${icon('arrow-left')}
            </button>
            <span class="only-desk">${siteMarkOf(order)}</span>
            <h2 class="digits">${order.wp_order_number}</h2>
            ${statusBadge(order.status, true)}
            <span class="quiet cut only-desk">${siteName(order)} · ${ago(order.created_at)}</span>
            <span class="grow"></span>
            ${
                this.#lookers.length > 0 &&
                html`<span class="lookers cut" title="${t('live.lookers', { names: this.#lookers.join(', ') })}"
                    >${icon('eye', 'small')}<span>${this.#lookers.join(', ')}</span></span
                >`
            }
            <span class="quiet digits only-desk">${this.#place}</span>
            <button
                type="button"
                class="btn btn-ghost btn-square only-desk"
                data-drawer-do="previous"
                aria-label="${t('order.previous')}"
                title="${t('order.previous')} (K)"
            >
                ${icon('chevron-up', 'small')}
            </button>
            <button
                type="button"
                class="btn btn-ghost btn-square only-desk"
                data-drawer-do="next"
                aria-label="${t('order.next')}"
                title="${t('order.next')} (J)"
            >
                ${icon('chevron-down', 'small')}
            </button>
            <button
                type="button"
                class="btn btn-ghost btn-square"
                data-drawer-do="copy"
                aria-label="${t('order.copy_link')}"
                title="${t('order.copy_link')}"
            >
                ${icon('link-45deg')}
            </button>
            ${menu(
                { content: icon('three-dots'), look: 'btn btn-ghost btn-square', label: t('more') },
                html`${more.map((kind) => decisionItem(order, kind))}
                ${more.length === 0 && html`<li class="dropdown-header">${t('order.no_actions')}</li>`}`,
            )}
            <button type="button" class="btn btn-ghost btn-square only-desk" data-drawer="close" aria-label="${t('close')}">
                ${icon('x-lg', 'small')}
            </button>
        </div>`;
    }

    #show(): void {
        const order = this.#order;
        if (!order) return;
        const { root } = this.#drawer;
        const typing = document.activeElement?.matches('.drawer textarea') ?? false;
        const at = root.querySelector('.drawer-body')?.scrollTop ?? 0;
        const focused = root.contains(document.activeElement) && document.activeElement !== root;
        this.#drawer.show(
            html`${this.#head(order)}
                <div class="drawer-body" tabindex="-1">
                    ${figures(order, order.attempts ?? [])}
                    <div class="drawer-columns">
                        <div class="drawer-main">
                            ${
                                this.#late &&
                                html`<div class="late" role="alert">
                                    ${icon('people', 'small')}
                                    <p>${this.#late}</p>
                                </div>`
                            }
                            ${decisionPanel(order)} ${timeline(order.events, this.#whole)} ${attempts(order)}
                        </div>
                        <div class="drawer-side">
                            ${facts(order)} ${notes(order, this.#draft)} ${related(order, this.#others)}
                        </div>
                    </div>
                </div>
                ${decisionDock(order)}`,
        );
        part(root, '.drawer-body').scrollTop = this.#late ? 0 : at;
        if (typing) part<HTMLTextAreaElement>(root, '[data-note] textarea').focus();
        else if (focused) root.focus({ preventScroll: true });
    }

    close(): void {
        this.#drawer.close();
    }
}
