import { get, many, one, patch, post, remove } from './client';
import type { Many, One } from './client';

export interface Webhook {
    id: number;
    name: string;
    url: string;
    events: string[];
    site_id: number | null;
    /** The secret's last four characters. */
    secret_end: string | null;
    allow_private: boolean;
    active: boolean;
    paused_reason: string | null;
    /** Kept by the program itself for a shop's plugin. */
    automatic: boolean;
    /** Deliveries that wait. */
    pending?: number;
    /** In the answer that made it, and in no other. */
    secret?: string;
}

export interface WebhookChange {
    name?: string;
    url?: string;
    events?: string[];
    site_id?: number | null;
    secret?: string;
    allow_private?: boolean;
    active?: boolean;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'discarded';

export interface Delivery {
    id: number;
    event_id: string;
    event: string;
    created_at: string;
    state: DeliveryState;
    tries: number;
    next_at: string | null;
    last_status: number | null;
    last_error: string | null;
    last_answer: string | null;
    delivered_at: string | null;
    /** Not in lists. */
    payload?: string;
}

export const listWebhooks = (): Promise<Webhook[]> => many(get<Many<Webhook>>('/webhooks'));
export const addWebhook = (webhook: WebhookChange): Promise<Webhook> => one(post<One<Webhook>>('/webhooks', webhook));
export const changeWebhook = (id: number, change: WebhookChange): Promise<Webhook> =>
    one(patch<One<Webhook>>(`/webhooks/${id}`, change));
export const removeWebhook = (id: number): Promise<void> => remove(`/webhooks/${id}`);
export const testWebhook = (id: number): Promise<Delivery> => one(post<One<Delivery>>(`/webhooks/${id}/test`));
export const listDeliveries = (id: number, state?: string, cursor?: number): Promise<Many<Delivery>> =>
    get<Many<Delivery>>(`/webhooks/${id}/deliveries`, { state, cursor });
export const readDelivery = (id: number): Promise<Delivery> => one(get<One<Delivery>>(`/webhook-deliveries/${id}`));
export const replayDelivery = (id: number): Promise<Delivery> =>
    one(post<One<Delivery>>(`/webhook-deliveries/${id}/replay`));
