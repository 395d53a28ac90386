import { element, fill, html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';

export interface Drawer {
    root: HTMLElement;
    show: (content: Markup) => void;
    close: () => void;
}

interface Options {
    label: string;
    closed: () => void;
    /** Where the focus goes when it closes. */
    home: () => HTMLElement | null;
}

/** A panel over the right side of the page, which stays usable beside it. */
export function openDrawer(options: Options): Drawer {
    const root = element(html`<div class="drawer" role="dialog" aria-label="${options.label}" tabindex="-1"></div>`);
    document.body.append(root);
    requestAnimationFrame(() => root.classList.add('drawer-in'));
    root.focus({ preventScroll: true });
    const close = (): void => {
        document.removeEventListener('keydown', onKey);
        root.remove();
        const home = options.home();
        options.closed();
        home?.focus({ preventScroll: true });
    };
    const onKey = (event: KeyboardEvent): void => {
        const elsewhere = document.querySelector('dialog[open], .dropdown-menu.show');
        if (event.key !== 'Escape' || elsewhere || event.defaultPrevented) return;
        close();
    };
    document.addEventListener('keydown', onKey);
    root.addEventListener('click', (event) => {
        if ((event.target as Element).closest('[data-drawer="close"]')) close();
    });
    return { root, close, show: (content) => fill(root, content) };
}

export function drawerSkeleton(): Markup {
    return html`<div class="drawer-loading" role="status" aria-label="${t('loading')}">
        ${[0, 1, 2, 1, 0, 2].map((width) => html`<span class="skeleton skeleton-${width}"></span>`)}
    </div>`;
}
