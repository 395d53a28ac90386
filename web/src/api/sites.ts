import { get, many, one, patch, post, put, remove } from './client';
import type { Many, One } from './client';

export interface Site {
    id: number;
    name: string;
    url: string;
    icon_url: string | null;
    currency_id: number;
    currency: string;
    site_group_id: number | null;
    time_zone: string;
    is_active: boolean;
    allow_private: boolean;
    created_at: string;
    health: SiteHealth | null;
}

/** What the last look at the shop's plugin found; `trouble` is null when it works. */
export interface SiteHealth {
    checked_at: string;
    ok_at: string | null;
    failing_since: string | null;
    trouble: string | null;
    version: string | null;
    wordpress: string | null;
    woocommerce: string | null;
    outbox_queued: number;
    outbox_failed: number;
}

export type SiteChange = Partial<Omit<Site, 'id' | 'icon_url' | 'currency' | 'created_at' | 'health'>>;

export interface SiteToken {
    id: number;
    name: string;
    last_used_at: string | null;
    created_at: string;
}

export interface SiteGroup {
    id: number;
    name: string;
    description: string | null;
    site_ids: number[];
}

export const listSites = (): Promise<Site[]> => many(get<Many<Site>>('/sites'));
export const addSite = (site: SiteChange): Promise<Site> => one(post<One<Site>>('/sites', site));
export const changeSite = (id: number, change: SiteChange): Promise<Site> => one(patch<One<Site>>(`/sites/${id}`, change));
export const checkSite = (id: number): Promise<SiteHealth> => one(post<One<SiteHealth>>(`/sites/${id}/check`, {}));
export const changeIcon = (id: number, image: Blob): Promise<Site> =>
    one(put<One<Site>>(`/sites/${id}/icon`, image, { headers: { 'Content-Type': image.type } }));
export const removeIcon = (id: number): Promise<void> => remove(`/sites/${id}/icon`);

export const siteTokens = (id: number): Promise<SiteToken[]> => many(get<Many<SiteToken>>(`/sites/${id}/tokens`));
export const addSiteToken = (id: number, name: string): Promise<SiteToken & { token: string }> =>
    one(post<One<SiteToken & { token: string }>>(`/sites/${id}/tokens`, { name }));
export const revokeSiteToken = (id: number, token: number): Promise<void> => remove(`/sites/${id}/tokens/${token}`);

export const listSiteGroups = (): Promise<SiteGroup[]> => many(get<Many<SiteGroup>>('/site-groups'));
export type SiteGroupChange = Partial<Omit<SiteGroup, 'id'>>;

export const addSiteGroup = (group: SiteGroupChange): Promise<SiteGroup> => one(post<One<SiteGroup>>('/site-groups', group));
export const changeSiteGroup = (id: number, change: SiteGroupChange): Promise<SiteGroup> =>
    one(patch<One<SiteGroup>>(`/site-groups/${id}`, change));
export const removeSiteGroup = (id: number): Promise<void> => remove(`/site-groups/${id}`);
