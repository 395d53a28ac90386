import { onLive, startLive, stopLive } from '../api/live';
import { changeMe } from '../api/me';
import { countOrders } from '../api/orders';
import type { OrderCounts } from '../api/orders';
import { Failure } from '../api/client';
import { signOut } from '../api/session';
import type { Theme } from '../api/session';
import { initial } from '../format';
import { element, fill, html, part } from '../html';
import type { Markup } from '../html';
import { icon } from '../parts/icon';
import { menu, menuItem } from '../parts/menu';
import { together } from '../parts/moments';
import { toastFailure } from '../parts/toast';
import { mayLeave } from '../router';
import { account, begin, current, may } from '../session';
import { languages, ownNames, t } from '../words';
import type { Language } from '../words';
import { Bell } from './bell';
import { LiveMark } from './live-mark';
import { logo } from './logo';
import { openPalette } from './palette';
import { pages } from './pages';
import type { PageEntry } from './pages';
import { showKeys } from './shortcuts';

const countEveryMs = 30_000,
    countAgainMs = 2000, // at most so often when orders change
    liveAfterMs = 1000; // the page itself comes first
const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** What stands around every page: the menu at the left, the bar above, and the room for the page itself. */
export class Frame {
    readonly root: HTMLElement;
    readonly room: HTMLElement;
    readonly #bell: Bell | undefined;
    readonly #signedOut: () => void;
    readonly #anew: () => void;
    readonly #mark = new LiveMark();
    readonly #ends: (() => void)[] = [];
    #timer: number | undefined;
    #closed = false;
    #counts: OrderCounts | undefined;

    constructor(signedOut: () => void, anew: () => void) {
        this.#signedOut = signedOut;
        this.#anew = anew;
        this.root = element(
            html`<div class="frame">
                <a class="skip" href="#room">${t('skip')}</a>
                <nav class="side" id="menu" aria-label="${t('menu')}"></nav>
                <div class="side-shade" data-frame="menu"></div>
                <div class="main">
                    <header class="top">
                        <button
                            type="button"
                            class="btn btn-ghost btn-square only-phone"
                            data-frame="menu"
                            aria-controls="menu"
                            aria-expanded="false"
                            aria-label="${t('menu')}"
                        >
                            ${icon('list')}
                        </button>
                        <span class="top-title only-phone"></span>
                        <button type="button" class="find only-desk" data-frame="palette">
                            ${icon('search', 'small')}<span class="grow cut">${t('palette.label')}</span><kbd>Ctrl</kbd
                            ><kbd>K</kbd>
                        </button>
                        <span class="grow"></span>
                        <button
                            type="button"
                            class="btn btn-ghost btn-square only-phone"
                            data-frame="palette"
                            aria-label="${t('palette.label')}"
                        >
                            ${icon('search')}
                        </button>
                        <div class="top-end"></div>
                    </header>
                    <main class="room" id="room" tabindex="-1"></main>
                </div>
            </div>`,
        );
        this.room = part(this.root, '.room');
        if (may('manager')) this.#bell = new Bell();
        part(this.root, '.top-end').append(this.#mark.root, ...(this.#bell ? [this.#bell.root] : []), element(this.#me()));
        this.#listen();
        void this.#bell?.read();
        void this.count();
        this.#beLive();
    }

    #beLive(): void {
        const start = window.setTimeout(() => void startLive().catch(() => this.#closed || this.#beLive()), liveAfterMs);
        const countSoon = together(() => this.#closed || void this.count(), countAgainMs);
        this.#ends.splice(0).forEach((end) => end());
        this.#ends.push(
            () => window.clearTimeout(start),
            onLive('orders', countSoon),
            onLive('again', countSoon),
            onLive('notices', () => void this.#bell?.read()),
            onLive('again', () => void this.#bell?.read()),
        );
    }

    #me(): Markup {
        const { name, email, theme, locale } = account();
        return menu(
            {
                content: html`<span class="avatar" aria-hidden="true">${initial(name)}</span
                    ><span class="visually-hidden">${t('me.menu')}</span
                    ><span class="me-name cut">${name}</span>${icon('chevron-down', 'tiny')}`,
                look: 'btn btn-ghost me',
            },
            html`<li class="dropdown-about"><strong>${name}</strong><span>${email}</span></li>
                ${menuItem({ name: 'me', label: t('page.me'), sign: 'gear', href: '/user/settings' })}
                ${menuItem({ name: 'keys', label: t('keys.title'), sign: 'keyboard' })}
                <li><hr class="dropdown-divider" /></li>
                <li class="dropdown-header">${t('theme')}</li>
                ${themes.map((one) => menuItem({ name: `theme:${one}`, label: t(`theme.${one}`), chosen: one === theme }))}
                <li class="dropdown-header">${t('language')}</li>
                ${languages.map((one) => menuItem({ name: `language:${one}`, label: ownNames[one], chosen: one === locale }))}
                <li><hr class="dropdown-divider" /></li>
                ${menuItem({ name: 'sign-out', label: t('sign_out'), sign: 'box-arrow-right' })}`,
            true,
        );
    }

    #listen(): void {
        this.root.addEventListener('click', (event) => {
            const target = event.target as Element;
            const what = target.closest<HTMLElement>('[data-frame]')?.dataset.frame;
            if (what === 'menu') this.#toggleMenu(!this.root.classList.contains('frame-menu'));
            else if (target.closest('.side a')) this.#toggleMenu(false);
            if (what === 'palette') openPalette();
            const action = target.closest<HTMLElement>('.top [data-action]')?.dataset.action ?? '';
            if (action === 'keys') showKeys();
            if (action === 'sign-out') void this.#leave();
            if (action.startsWith('theme:')) void this.#change({ theme: action.slice(6) as Theme });
            if (action.startsWith('language:')) void this.#change({ locale: action.slice(9) as Language });
        });
        this.root.addEventListener('keydown', (event) => {
            if (event.key === 'Escape') this.#toggleMenu(false);
        });
    }

    #toggleMenu(open: boolean): void {
        this.root.classList.toggle('frame-menu', open);
        const button = part(this.root, '.top [data-frame="menu"]');
        if (button.ariaExpanded === String(open)) return;
        button.ariaExpanded = String(open);
        if (open) part(this.root, '.side a').focus();
        else if (part(this.root, '.side').contains(document.activeElement)) button.focus();
    }

    async #change(change: { theme?: Theme; locale?: Language }): Promise<void> {
        if (!(await mayLeave())) return;
        try {
            await begin(await changeMe(change));
            this.#anew();
        } catch (error) {
            toastFailure(t('me.not_saved'), error);
        }
    }

    async #leave(): Promise<void> {
        if (!(await mayLeave())) return;
        try {
            await signOut();
        } catch (error) {
            if (!(error instanceof Failure && error.status === 401)) return toastFailure(t('sign_out.failed'), error);
        }
        this.#signedOut();
    }

    /** Everything once more, in another language or with another name. */
    anew(): void {
        this.#anew();
    }

    /** Where the person is. */
    show(title: string): void {
        part(this.root, '.top-title').textContent = title;
        document.title = `${title} · SMG CRM`;
        this.#menu();
    }

    /** The numbers of the menu. */
    async count(): Promise<void> {
        window.clearTimeout(this.#timer);
        try {
            this.#counts = await countOrders();
            this.#menu();
            this.#counted?.(this.#counts);
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
        window.clearTimeout(this.#timer);
        if (this.#closed) return;
        this.#timer = window.setTimeout(() => void this.count(), document.hidden ? countEveryMs * 4 : countEveryMs);
    }

    #counted: ((counts: OrderCounts) => void) | undefined;
    onCounts(listener: ((counts: OrderCounts) => void) | undefined): void {
        this.#counted = listener;
        if (this.#counts && listener) listener(this.#counts);
    }

    #menu(): void {
        const open = pages.filter((page) => page.menu && may(page.least));
        const settings = open.filter((page) => page.menu?.group === 'settings');
        const asking = location.search.includes('needs_decision=1');
        fill(
            part(this.root, '.side'),
            html`<a class="brand" href="/order" aria-label="SMG CRM">${logo()}<span>SMG CRM</span></a>
                <ul class="side-group">
                    ${open.filter((page) => page.menu?.group === 'work').map((page) => entry(page, !asking))}
                    ${
                        may('manager') &&
                        html`<li>
                            <a
                                class="side-link ${asking && 'side-here'}"
                                href="/order?needs_decision=1"
                                title="${t('view.needs_decision')}"
                                aria-current="${asking ? 'page' : 'false'}"
                                >${icon('question-diamond')}<span class="cut">${t('view.needs_decision')}</span
                                >${this.#counts && this.#counts.needs_decision !== '0' && html`<span class="count-hot">${this.#counts.needs_decision}</span>`}</a
                            >
                        </li>`
                    }
                </ul>
                ${
                    settings.length > 0 &&
                    html`<h2 class="side-title">${t('menu.settings')}</h2>
                        <ul class="side-group">
                            ${settings.map((page) => entry(page, true))}
                        </ul>`
                }
                <p class="side-foot">${t('version', { version: current()?.version ?? '' })}</p>`,
        );
    }

    close(): void {
        this.#closed = true;
        window.clearTimeout(this.#timer);
        this.#bell?.close();
        for (const end of this.#ends) end();
        stopLive();
        this.#mark.close();
        this.root.remove();
    }
}

function entry(page: PageEntry, mayBeHere: boolean): Markup {
    const here = mayBeHere && location.pathname === page.path;
    return html`<li>
        <a
            class="side-link ${here && 'side-here'}"
            href="${page.path}"
            title="${t(page.title)}"
            aria-current="${here ? 'page' : 'false'}"
            >${icon(page.menu?.sign ?? 'gear')}<span class="cut">${t(page.title)}</span></a
        >
    </li>`;
}
