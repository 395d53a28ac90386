import type { Role } from '../api/session';
import type { Sign } from '../parts/icon';
import type { PageModule } from '../router';
import type { Key } from '../words';

export interface PageEntry {
    path: string;
    title: Key;
    least: Role;
    load: () => Promise<{ page: PageModule }>;
    /** Its place in the menu; a page without one is reached from elsewhere. */
    menu?: { group: 'work' | 'settings'; sign: Sign };
    /** Words by which the palette finds it beside its title. */
    also?: Key;
}

/** Every page behind the sign-in, in the order of the menu. */
export const pages: readonly PageEntry[] = [
    {
        path: '/order',
        title: 'page.orders',
        least: 'user',
        load: () => import('../pages/orders'),
        menu: { group: 'work', sign: 'inboxes' },
    },
    {
        path: '/products',
        title: 'page.products',
        least: 'user',
        load: () => import('../pages/products'),
        menu: { group: 'work', sign: 'tag' },
    },
    {
        path: '/balance',
        title: 'page.balance',
        least: 'user',
        load: () => import('../pages/balance'),
        menu: { group: 'work', sign: 'wallet2' },
    },
    {
        path: '/transactions',
        title: 'page.transactions',
        least: 'user',
        load: () => import('../pages/transactions'),
        menu: { group: 'work', sign: 'receipt' },
    },
    {
        path: '/settings/sites',
        title: 'page.sites',
        least: 'admin',
        load: () => import('../pages/sites'),
        menu: { group: 'settings', sign: 'shop' },
        also: 'page.sites_also',
    },
    {
        path: '/settings/site-groups',
        title: 'page.site_groups',
        least: 'admin',
        load: () => import('../pages/site-groups'),
        menu: { group: 'settings', sign: 'collection' },
    },
    {
        path: '/settings/apies',
        title: 'page.suppliers',
        least: 'admin',
        load: () => import('../pages/suppliers'),
        menu: { group: 'settings', sign: 'plug' },
        also: 'page.suppliers_also',
    },
    {
        path: '/settings/supplier',
        title: 'page.mappings',
        least: 'admin',
        load: () => import('../pages/mappings'),
        menu: { group: 'settings', sign: 'signpost-split' },
        also: 'page.mappings_also',
    },
    {
        path: '/settings/order-statuses',
        title: 'page.statuses',
        least: 'admin',
        load: () => import('../pages/statuses'),
        menu: { group: 'settings', sign: 'palette' },
    },
    {
        path: '/settings/currencies',
        title: 'page.currencies',
        least: 'admin',
        load: () => import('../pages/currencies'),
        menu: { group: 'settings', sign: 'currency-exchange' },
    },
    {
        path: '/settings/webhooks',
        title: 'page.webhooks',
        least: 'admin',
        load: () => import('../pages/webhooks'),
        menu: { group: 'settings', sign: 'broadcast' },
        also: 'page.webhooks_also',
    },
    {
        path: '/users/list',
        title: 'page.users',
        least: 'admin',
        load: () => import('../pages/users'),
        menu: { group: 'settings', sign: 'people' },
    },
    {
        path: '/system',
        title: 'page.system',
        least: 'admin',
        load: () => import('../pages/system'),
        menu: { group: 'settings', sign: 'activity' },
        also: 'page.system_also',
    },
    {
        path: '/settings/general',
        title: 'page.settings',
        least: 'admin',
        load: () => import('../pages/settings'),
        menu: { group: 'settings', sign: 'sliders' },
        also: 'page.settings_also',
    },
    { path: '/user/settings', title: 'page.me', least: 'user', load: () => import('../pages/me'), also: 'page.me_also' },
];

export const pageAt = (path: string): PageEntry | undefined => pages.find((page) => page.path === path.replace(/\/+$/, ''));
