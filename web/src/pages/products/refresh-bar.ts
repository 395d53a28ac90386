import type { Refresh } from '../../api/products';
import { ago, dayAndClock, number } from '../../format';
import { element, fill, html } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import { siteById } from '../../reference';
import { may } from '../../session';
import { t, wordFor } from '../../words';

// What is mended in the settings of the site, here or there.
const ofTheSettings = ['no_token', 'no_plugin', 'unauthorized', 'redirected', 'refused_here'];

export const isConnectionMissing = ({ trouble, ok_at }: Refresh): boolean =>
    ok_at === null && (trouble === 'no_token' || trouble === 'no_plugin');

const nameOf = ({ site_id }: Refresh): string => siteById(site_id)?.name ?? String(site_id);

function running(refresh: Refresh): Markup {
    const name = t('product.reading', { site: nameOf(refresh) });
    const trouble =
        refresh.trouble === null
            ? undefined
            : t('product.tries_again', { trouble: wordFor('shop_trouble', refresh.trouble) });
    return html`<div class="batch" data-refresh="running">
        ${icon('arrow-repeat', 'small')}<span>${name}</span>
        <progress
            class="progress-line"
            max="${Math.max(refresh.total, 1)}"
            value="${refresh.done}"
            aria-label="${name}"
        ></progress>
        <span class="digits">${trouble ?? t('batch.of', { done: number(refresh.done), total: number(refresh.total) })}</span>
    </div>`;
}

function failed(refresh: Refresh): Markup {
    const trouble = refresh.trouble ?? '';
    return html`<div class="batch product-trouble" role="alert" data-refresh="failed" data-trouble="${trouble}">
        ${icon('exclamation-triangle-fill', 'small')}
        <div class="grow">
            <strong title="${refresh.error}">${nameOf(refresh)}: ${wordFor('shop_trouble', trouble)}</strong>
            <p>${refresh.ok_at === null ? t('product.never_read') : t('product.shown_from', { at: ago(refresh.ok_at) })}</p>
        </div>
        ${may('admin') && ofTheSettings.includes(trouble) && html`<a class="btn btn-sm" href="/settings/sites">${t('page.sites')}</a>`}
        <button type="button" class="btn btn-sm" data-read="${refresh.site_id}">
            ${icon('arrow-clockwise', 'small')}<span>${t('retry')}</span>
        </button>
    </div>`;
}

function partial(refresh: Refresh): Markup {
    const text =
        refresh.unreadable > 0
            ? t('product.unreadable', { count: refresh.unreadable, site: nameOf(refresh) })
            : t('product.incomplete', { site: nameOf(refresh) });
    return html`<div class="batch" data-refresh="partial">${icon('info-circle-fill', 'small')}<span>${text}</span></div>`;
}

function line(refresh: Refresh): Markup | undefined {
    if (refresh.state === 'running') return running(refresh);
    if (refresh.state === 'failed') return failed(refresh);
    return refresh.complete ? undefined : partial(refresh);
}

/** How it goes with reading the shops: what runs, what failed, and from when the rest is. */
export class RefreshBar {
    readonly root = element(html`<div class="batches" aria-live="polite"></div>`);
    readonly age = element(html`<span class="quiet product-age"></span>`);
    #text = '';

    show(refreshes: readonly Refresh[]): void {
        const shown = html`${refreshes.filter((one) => !isConnectionMissing(one) || refreshes.length > 1).map(line)}`;
        if (shown.text !== this.#text) fill(this.root, shown);
        this.#text = shown.text;
        const oldest = refreshes.map(({ ok_at }) => ok_at ?? '').sort()[0];
        fill(
            this.age,
            oldest
                ? html`<time datetime="${oldest}" title="${dayAndClock(oldest)}"
                      >${t('product.read_ago', { at: ago(oldest) })}</time
                  >`
                : html``,
        );
    }
}
