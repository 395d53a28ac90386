import sprite from 'virtual:icon-sprite';

import type { NetworkMark, Sign } from '../../icons.mts';
import { html } from '../html';
import type { Markup } from '../html';

export type { NetworkMark, Sign };

type Size = 'small' | 'tiny';

export function icon(name: Sign, size?: Size): Markup {
    return html`<svg class="icon ${size && `icon-${size}`}" aria-hidden="true">
        <use href="${`${sprite}#${name}`}"></use>
    </svg>`;
}

export function networkIcon(name: NetworkMark): Markup {
    return html`<svg class="network" aria-hidden="true"><use href="${`${sprite}#net-${name}`}"></use></svg>`;
}
