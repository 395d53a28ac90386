import './balance.css';

import { Failure } from '../../api/client';
import { onLive } from '../../api/live';
import type { Site } from '../../api/sites';
import { findWallets, operations, readWallet } from '../../api/wallets';
import type { FoundWallet, Wallet } from '../../api/wallets';
import { money } from '../../format';
import { element, fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import { calmly, whileSeen } from '../../parts/moments';
import { afterAWhile, emptyState, errorState, skeletonLines } from '../../parts/states';
import { withValues, without } from '../../query';
import type { Query } from '../../query';
import { putQuery } from '../../router';
import type { OpenPage, PageModule, Place } from '../../router';
import { reference, siteById, sites } from '../../reference';
import { may, remember, remembered } from '../../session';
import { useKeys } from '../../shell/shortcuts';
import { learn, t } from '../../words';
import { walletWords } from '../transactions/words';
import { walletMarkup } from './card';
import { openChange } from './change';

const typedMs = 450,
    liveAgainMs = 700,
    settlingMs = 5000,
    siteKey = 'balance.site';

class BalancePage implements OpenPage {
    readonly #root: HTMLElement;
    readonly #site: HTMLSelectElement;
    readonly #search: HTMLInputElement;
    readonly #ends: (() => void)[] = [];
    #query: Query = {};
    #found: FoundWallet[] | undefined;
    #wallet: Wallet | undefined;
    #finding: AbortController | undefined;
    #reading: AbortController | undefined;

    constructor(place: Place) {
        this.#root = element(
            html`<div class="balance">
                <header class="page-head balance-head">
                    <h1>${t('page.balance')}</h1>
                    <select class="form-select form-select-sm balance-site" aria-label="${t('wallet.site')}">
                        ${sites().map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
                    </select>
                    <div class="search">
                        ${icon('search', 'small')}
                        <input
                            type="search"
                            class="search-input"
                            aria-label="${t('wallet.search')}"
                            placeholder="${t('wallet.search')}"
                            autocomplete="off"
                            spellcheck="false"
                            maxlength="100"
                        />
                        <kbd class="only-wide">/</kbd>
                    </div>
                </header>
                <div class="balance-body">
                    <section class="balance-found" aria-label="${t('wallet.found')}" aria-live="polite"></section>
                    <section class="balance-wallet" aria-label="${t('wallet.title')}"></section>
                </div>
            </div>`,
        );
        this.#site = part<HTMLSelectElement>(this.#root, 'select');
        this.#site.hidden = sites().length < 2;
        this.#search = part<HTMLInputElement>(this.#root, '.search-input');
        place.root.append(this.#root);
        this.#listen();
        this.asked(place.query);
        if (!place.query.user_id && window.matchMedia('(min-width: 768px)').matches) this.#search.focus();
    }

    get #here(): Site | undefined {
        return siteById(Number(this.#query.site_id));
    }

    #listen(): void {
        let timer: number | undefined;
        const find = (): void => {
            window.clearTimeout(timer);
            const q = this.#search.value.trim();
            if (q !== (this.#query.q ?? '')) this.#ask({ q: q || undefined, user_id: undefined });
        };
        this.#search.addEventListener('input', () => {
            window.clearTimeout(timer);
            timer = window.setTimeout(find, typedMs);
        });
        this.#search.addEventListener('keydown', (event) => {
            if (event.key === 'Enter') find();
        });
        this.#site.addEventListener('change', () => {
            remember(siteKey, this.#site.value);
            this.#ask({ site_id: this.#site.value, user_id: undefined });
        });
        this.#root.addEventListener('click', (event) => this.#clicked(event.target as Element));
        const read = calmly(() => this.#read(false), liveAgainMs);
        this.#ends.push(
            () => window.clearTimeout(timer),
            onLive('transactions', ({ site_id }) => {
                if (this.#wallet && this.#here?.id === site_id) read();
            }),
            onLive('again', () => this.refresh()),
            whileSeen(() => this.#wallet && read()),
            whileSeen(() => this.#wallet?.transactions.some(({ state }) => state === 'asked') && read(), settlingMs),
            useKeys({ '/': () => this.#search.select() }),
        );
    }

    #clicked(target: Element): void {
        const user = target.closest<HTMLElement>('[data-user]')?.dataset.user;
        if (user) this.#ask({ user_id: user });
        const operation = operations.find((one) => one === target.closest<HTMLElement>('[data-change]')?.dataset.change);
        const site = this.#here;
        if (operation && site && this.#wallet)
            openChange(site, this.#wallet, operation, () => {
                void this.#read(false);
                void this.#find(false);
            });
        const action = target.closest<HTMLElement>('[data-action]')?.dataset.action;
        if (action === 'back') this.#ask({ user_id: undefined });
        if (action === 'retry') void (target.closest('.balance-wallet') ? this.#read() : this.#find());
    }

    #ask(changes: Record<string, string | undefined>): void {
        putQuery(withValues(this.#query, changes), true);
        this.asked(withValues(this.#query, changes));
    }

    asked(query: Query): void {
        const before = this.#query;
        // A customer's number means nothing in another shop than the one that it was said of.
        const chosen = siteById(Number(remembered(siteKey))) ?? sites()[0];
        this.#query = query.site_id
            ? query
            : withValues(query, { site_id: chosen && String(chosen.id), user_id: undefined });
        this.#site.value = this.#query.site_id ?? '';
        if (document.activeElement !== this.#search) this.#search.value = query.q ?? '';
        this.#root.classList.toggle('balance-one', this.#query.user_id !== undefined);
        const other = (name: string): boolean => before[name] !== this.#query[name];
        if (!this.#found || other('site_id') || other('q')) void this.#find();
        if (other('site_id') || other('user_id')) void this.#read();
    }

    async #find(wholly = true): Promise<void> {
        const anew = wholly || this.#found === undefined;
        const place = part(this.#root, '.balance-found');
        const site = this.#here;
        const { q } = this.#query;
        this.#finding?.abort();
        if (anew) this.#found = undefined;
        if (!site) return fill(place, this.#noSite());
        if (!q) {
            this.#found = [];
            return fill(
                place,
                this.#query.user_id ? html`` : emptyState('wallet2', t('wallet.find'), t('wallet.find_text')),
            );
        }
        const finding = (this.#finding = new AbortController());
        const stop = anew ? afterAWhile(() => fill(place, skeletonLines(5))) : (): void => undefined;
        try {
            const found = await findWallets(site.id, q, finding.signal);
            this.#found = found;
            stop();
            fill(place, this.#foundMarkup(found));
            const [only] = found;
            if (only && found.length === 1 && !this.#query.user_id) this.#ask({ user_id: String(only.user_id) });
        } catch (error) {
            stop();
            if (finding.signal.aborted) return;
            if (!(error instanceof Failure)) throw error;
            if (anew) fill(place, this.#failed(error));
        }
    }

    #foundMarkup(found: FoundWallet[]): Markup {
        if (found.length === 0) return emptyState('search', t('wallet.none_found'), t('wallet.none_found_text'));
        return html`<ul class="found">
            ${found.map(
                (one) =>
                    html`<li>
                        <button
                            type="button"
                            class="found-one"
                            data-user="${one.user_id}"
                            ${String(one.user_id) === this.#query.user_id && html`aria-current="true"`}
                        >
                            <span class="lines grow"
                                ><span class="line strong">${one.display_name ?? one.login ?? one.email}</span
                                ><span class="line second">${one.email}</span></span
                            >
                            <span class="digits">${money(one.balance, one.currency)}</span>
                        </button>
                    </li>`,
            )}
        </ul>`;
    }

    async #read(wholly = true): Promise<void> {
        const anew = wholly || this.#wallet === undefined;
        const place = part(this.#root, '.balance-wallet');
        const site = this.#here;
        const { user_id } = this.#query;
        for (const one of this.#root.querySelectorAll<HTMLElement>('[data-user]'))
            if (one.dataset.user === user_id) one.ariaCurrent = 'true';
            else one.removeAttribute('aria-current');
        this.#reading?.abort();
        if (anew) this.#wallet = undefined;
        if (!site || !user_id) return fill(place, html``);
        const reading = (this.#reading = new AbortController());
        const stop = anew ? afterAWhile(() => fill(place, html`${this.#back()}${skeletonLines(6)}`)) : (): void => undefined;
        try {
            const wallet = await readWallet(site.id, Number(user_id), reading.signal);
            const before = this.#wallet;
            this.#wallet = wallet;
            stop();
            // What has the focus in it keeps it.
            if (JSON.stringify(wallet) === JSON.stringify(before) && !place.querySelector('.wallet-stale')) return;
            fill(place, html`${this.#back()}${walletMarkup(site, wallet)}`);
        } catch (error) {
            stop();
            if (reading.signal.aborted) return;
            if (!(error instanceof Failure)) throw error;
            if (anew) return fill(place, html`${this.#back()}${this.#failed(error)}`);
            const stale =
                place.querySelector('.wallet-stale') ?? element(html`<div class="wallet-stale" role="status"></div>`);
            fill(
                stale,
                html`${icon('cloud-slash', 'small')}<span class="grow">${t('wallet.stale')} ${error.message}</span
                    ><button type="button" class="btn btn-sm" data-action="retry">${t('retry')}</button>`,
            );
            place.prepend(stale);
        }
    }

    #back(): Markup {
        return html`<button type="button" class="btn btn-ghost btn-sm balance-back" data-action="back">
            ${icon('arrow-left', 'small')}<span>${t('wallet.back')}</span>
        </button>`;
    }

    #failed(error: Failure): Markup {
        const ofTheShop = error.status === 503;
        return html`${errorState(t(ofTheShop ? 'wallet.shop_failed' : 'wallet.failed'), error.message)}
        ${
            ofTheShop &&
            may('admin') &&
            html`<p class="balance-hint"><a href="/settings/sites">${t('wallet.check_site')}</a></p>`
        }`;
    }

    #noSite(): Markup {
        if (sites().length > 0) return emptyState('shop', t('wallet.no_such_site'), t('wallet.no_such_site_text'));
        return emptyState(
            'shop',
            t('wallet.no_sites'),
            t(may('admin') ? 'wallet.no_sites_text' : 'wallet.no_sites_for_you'),
            may('admin') ? { label: t('page.sites'), href: '/settings/sites' } : undefined,
        );
    }

    refresh(): void {
        void this.#find(false);
        void this.#read(false);
    }

    close(): void {
        this.#finding?.abort();
        this.#reading?.abort();
        for (const end of this.#ends) end();
    }
}

/** /balance: what customers have in the wallets of a shop, and changing it. */
export const page: PageModule = {
    async open(place) {
        await Promise.all([learn(walletWords), reference()]);
        return new BalancePage({ ...place, query: without(place.query, 'cursor') });
    },
};
