import { html } from '../html';
import type { Markup } from '../html';

export function logo(): Markup {
    return html`<svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
        <rect class="logo-ground" width="24" height="24" rx="6"></rect>
        <path class="logo-lines" d="M6.5 8h7M6.5 12h11M6.5 16h5"></path>
        <circle class="logo-dot" cx="16.5" cy="8" r="1.75"></circle>
    </svg>`;
}
