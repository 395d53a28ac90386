import { Failure } from '../api/client';
import { markSeen, unseenNotices } from '../api/notices';
import type { Notice } from '../api/notices';
import { ago } from '../format';
import { element, fill, html, part } from '../html';
import type { Markup } from '../html';
import { icon } from '../parts/icon';
import { toastFailure } from '../parts/toast';
import { t } from '../words';
import { linesOf } from './notice-text';

const mostShown = 20,
    everyMs = 30_000;

/** The bell of the top bar: what nobody has looked at yet. */
export class Bell {
    readonly root = element(
        html`<div class="dropdown bell">
            <button
                type="button"
                class="btn btn-ghost btn-square"
                data-bs-toggle="dropdown"
                data-bs-auto-close="outside"
                aria-expanded="false"
            >
                ${icon('bell')}<span class="bell-count" hidden></span>
            </button>
            <div class="dropdown-menu dropdown-menu-end notices"></div>
        </div>`,
    );
    #notices: Notice[] = [];
    #more = false;
    #timer: number | undefined;
    #closed = false;

    constructor() {
        this.root.addEventListener('click', (event) => {
            const id = (event.target as Element).closest<HTMLElement>('[data-seen]')?.dataset.seen;
            if (id) void this.#see(Number(id));
        });
        this.#show();
    }

    async read(): Promise<void> {
        window.clearTimeout(this.#timer);
        try {
            const { data, meta } = await unseenNotices(mostShown);
            this.#notices = data;
            this.#more = (meta?.next_cursor ?? null) !== null;
            this.#show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
        window.clearTimeout(this.#timer);
        if (this.#closed) return;
        this.#timer = window.setTimeout(() => void this.read(), document.hidden ? everyMs * 4 : everyMs);
    }

    close(): void {
        this.#closed = true;
        window.clearTimeout(this.#timer);
    }

    #show(): void {
        const count = this.#notices.length;
        const shown = this.#more ? `${count}+` : String(count);
        const badge = part(this.root, '.bell-count');
        badge.hidden = count === 0;
        badge.textContent = shown;
        const button = part<HTMLButtonElement>(this.root, 'button');
        button.ariaLabel = count > 0 ? t('bell.some', { count, shown }) : t('bell.none');
        button.title = button.ariaLabel;
        fill(
            part(this.root, '.notices'),
            count > 0
                ? html`<h2 class="notices-title">${t('bell.title')}</h2>
                      <ul>
                          ${this.#notices.map(notice)}
                      </ul>`
                : html`<p class="notices-none">${t('bell.empty')}</p>`,
        );
    }

    async #see(id: number): Promise<void> {
        try {
            await markSeen(id);
        } catch (error) {
            if (!(error instanceof Failure && error.status === 404)) return toastFailure(t('bell.not_seen'), error);
        }
        this.#notices = this.#notices.filter((one) => one.id !== id);
        this.#show();
    }
}

function notice(one: Notice): Markup {
    const [title = one.kind, ...lines] = linesOf(one.body);
    const sign =
        one.level === 'alarm'
            ? icon('exclamation-circle-fill')
            : one.level === 'warning'
              ? icon('exclamation-triangle-fill')
              : icon('info-circle-fill');
    return html`<li class="notice notice-${one.level}">
        ${sign}
        <div class="grow">
            ${one.order_id ? html`<a href="${`/order?order=${one.order_id}`}">${title}</a>` : html`<strong>${title}</strong>`}
            ${lines.slice(0, 3).map((line) => html`<p>${line}</p>`)}
            <small>${ago(one.created_at)}</small>
        </div>
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-square"
            data-seen="${one.id}"
            aria-label="${t('bell.see', { title })}"
            title="${t('bell.seen')}"
        >
            ${icon('check-lg', 'small')}
        </button>
    </li>`;
}
