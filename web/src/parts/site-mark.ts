import { initial } from '../format';
import { html } from '../html';
import type { Markup } from '../html';

const colours = 6;

/** The icon of a site, or its first letter on a colour of its own. */
export function siteMark(site: { id: number; name: string; icon_url: string | null } | undefined, large = false): Markup {
    const size = large && 'site-mark-large';
    if (site?.icon_url) return html`<img class="site-mark ${size}" src="${site.icon_url}" alt="" loading="lazy" />`;
    return html`<span class="site-mark site-mark-${(site?.id ?? 0) % colours} ${size}" aria-hidden="true"
        >${initial(site?.name ?? '')}</span
    >`;
}
