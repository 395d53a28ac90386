import { number } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { t } from '../../words';
import { icon } from '../icon';
import { menu, menuItem } from '../menu';
import type { ChosenColumns } from './columns';

export const pageSizes = [25, 50, 100, 200] as const;

/** What changes how a list looks: its columns, the height of its rows, and reading it anew. */
export function toolsMarkup<Row>(chosen: ChosenColumns<Row>, own?: Markup): Markup {
    const items = chosen.all
        .filter((column) => !column.always)
        .map(
            (column) =>
                html`<li>
                    <label class="dropdown-item"
                        ><input
                            type="checkbox"
                            class="form-check-input"
                            data-column="${column.key}"
                            ${chosen.isShown(column) && 'checked'}
                        /><span>${column.title}</span></label
                    >
                </li>`,
        );
    return html`${own}
        <div class="dropdown only-wide">
            <button
                type="button"
                class="btn btn-ghost btn-sm"
                data-bs-toggle="dropdown"
                data-bs-auto-close="outside"
                aria-expanded="false"
            >
                ${icon('layout-three-columns', 'small')}<span class="tool-word">${t('columns')}</span>
            </button>
            <ul class="dropdown-menu dropdown-menu-end">
                ${items}
            </ul>
        </div>
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-square only-wide"
            data-action="density"
            aria-label="${t('density')}"
            title="${t('density')}"
        >
            ${icon('distribute-vertical', 'small')}
        </button>
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-square"
            data-action="refetch"
            aria-label="${t('list.refresh')}"
            title="${t('list.refresh')}"
        >
            ${icon('arrow-clockwise', 'small')}
        </button>`;
}

interface Foot {
    shown: number;
    count: string | undefined;
    perPage: number;
    paged: boolean;
    more: boolean;
    selectable: boolean;
}

/** Under a list: how much of it is shown, and the keys that work in it. */
export function footMarkup(foot: Foot): Markup {
    const sizes = html`${pageSizes.map((size) => menuItem({ name: 'per-page', label: number(size), chosen: size === foot.perPage }))}`;
    const size = html`${t('list.per_page', { count: number(foot.perPage) })}${icon('chevron-down', 'tiny')}`;
    return html`<span class="digits">${t('list.shown', { shown: number(foot.shown), count: foot.count ?? '' })}</span>
        ${foot.paged && menu({ content: size, look: 'btn btn-ghost btn-sm' }, sizes)}
        ${foot.more && html`<button type="button" class="btn btn-sm" data-action="more">${t('list.more')}</button>`}
        <span class="grow"></span>
        <span class="foot-keys only-wide"
            ><kbd>J</kbd><kbd>K</kbd> ${t('keys.rows')} <kbd>Enter</kbd> ${t('keys.open')}
            ${foot.selectable && html`<kbd>X</kbd> ${t('keys.select')}`} <kbd>?</kbd> ${t('keys.all')}</span
        >`;
}
