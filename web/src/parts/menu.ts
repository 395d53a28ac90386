// Menus under a button: Bootstrap's Dropdown, which places them and knows the keys.
import 'bootstrap/js/dist/dropdown';

import { html } from '../html';
import type { Markup } from '../html';
import { icon } from './icon';
import type { Sign } from './icon';

export interface MenuItem {
    name: string;
    label: string;
    sign?: Sign;
    danger?: boolean;
    href?: string;
    chosen?: boolean;
    /** Why it cannot be used now. */
    off?: string;
}

export function menuItem(item: MenuItem): Markup {
    const look = `dropdown-item${item.danger ? ' dropdown-danger' : ''}`;
    const inside = html`${item.sign ? icon(item.sign, 'small') : item.chosen !== undefined && html`<span class="menu-tick">${item.chosen && icon('check-lg', 'tiny')}</span>`}<span
            class="grow"
            >${item.label}</span
        >`;
    if (item.href) return html`<li><a class="${look}" href="${item.href}">${inside}</a></li>`;
    return html`<li>
        <button type="button" class="${look}" data-action="${item.name}" ${item.off && 'disabled'} title="${item.off}">
            ${inside}
        </button>
    </li>`;
}

interface Trigger {
    content: Markup;
    look?: string;
    label?: string;
}

export function menu(trigger: Trigger, content: Markup, wide = false): Markup {
    return html`<div class="dropdown">
        <button
            type="button"
            class="${trigger.look ?? 'btn'}"
            data-bs-toggle="dropdown"
            data-bs-auto-close="true"
            aria-expanded="false"
            aria-label="${trigger.label}"
            title="${trigger.label}"
        >
            ${trigger.content}
        </button>
        <ul class="dropdown-menu dropdown-menu-end ${wide && 'dropdown-wide'}">
            ${content}
        </ul>
    </div>`;
}
