import { get, post } from './client';
import type { Many } from './client';

export interface Notice {
    id: number;
    kind: string;
    level: 'info' | 'warning' | 'alarm';
    /** As Telegram gets it: text with a few tags. */
    body: string;
    order_id: number | null;
    api_provider_id: number | null;
    created_at: string;
    seen_at: string | null;
}

export const unseenNotices = (perPage: number): Promise<Many<Notice>> =>
    get<Many<Notice>>('/notices', { unseen: true, per_page: perPage });
export const markSeen = (id: number): Promise<void> => post(`/notices/${id}/seen`);
