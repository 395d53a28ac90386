import type { Query } from '../query';
import { freshKey, get, many, one, onceOnly, patch, post } from './client';
import type { Many, One } from './client';

export type Phase =
    | 'review'
    | 'launching'
    | 'sending'
    | 'executing'
    | 'uncertain'
    | 'notaccepted'
    | 'completed'
    | 'partial'
    | 'canceled'
    | 'refunded';

export type DecisionKind =
    | 'approve'
    | 'reject'
    | 'found'
    | 'send_again'
    | 'recheck'
    | 'cancel'
    | 'paid_back'
    | 'refill'
    | 'resend'
    | 'refresh'
    | 'status'
    | 'archive';

export interface Order {
    id: number;
    wp_order_number: string;
    item_id: string | null;
    status: string;
    date: string;
    product_service: string;
    quantity: number;
    url: string;
    url_site: string | null;
    telegram: string | null;
    client_email: string;
    total_amount: string | null;
    currency: string;
    type_payment: string | null;
    order_type: string;
    params: Record<string, unknown>;
    remains: number | null;
    start_count: number | null;
    is_archive: boolean;
    created_at: string;
    updated_at: string;
    finished_at: string | null;
    site_id: number;
    site_name?: string;
    supplier_name?: string | null;
    /** In the order's currency; not there for those who may not see money. */
    cost?: string | null;
    profit?: string | null;
    phase: Phase;
    version: number;
    supplier_id?: string | null;
    supplier_service_id?: string | null;
    api_provider_id?: number | null;
    route_provider_id?: number | null;
    supplier_order_number?: string | null;
    supplier_status?: string | null;
    provider_price?: string | null;
    provider_currency?: string | null;
    reason: string | null;
    reason_text: string | null;
    suspicion: number;
    suspicion_reasons: { signal: string; weight: number; detail: string }[];
    refill_number: string | null;
    refill_status: string | null;
    notes: string | null;
    answered_at: string | null;
    actions: DecisionKind[];
}

export interface Attempt {
    id: number;
    n: number;
    api_provider_id: number;
    supplier_service_id: string;
    quantity: number;
    state: string;
    prepared_at: string;
    sending_at: string | null;
    done_at: string | null;
    http_status: number | null;
    body: string | null;
    supplier_order_id: string | null;
    estimated_charge: string | null;
    reason: string | null;
    detail: string | null;
    by_restart: boolean;
}

export interface OrderEvent {
    id: number;
    at: string;
    actor_kind: string;
    actor: string;
    kind: string;
    from_value: string | null;
    to_value: string | null;
    detail: string | null;
    reply: string | null;
}

export interface Evidence {
    id: number;
    attempt_id: number;
    kind: string;
    strength: 'weak' | 'strong';
    supplier_order_id: string | null;
    detail: string;
    at: string;
}

export interface WaitsFor {
    reason: 'paused' | 'no_funds';
    api_provider_id: number;
    supplier: string;
    since: string | null;
}

export interface OrderHistory extends Order {
    waits_for: WaitsFor | null;
    /** The first of the two people that sending a large amount again takes. */
    send_again_asked?: { actor: string; at: string; own: boolean } | null;
    suppliers_tried: (string | number)[];
    /** Of people who decide. */
    attempts?: Attempt[];
    events: OrderEvent[];
    evidence?: Evidence[];
}

export interface Decision {
    kind: DecisionKind;
    version: number;
    supplier_order_number?: string;
    confirm?: boolean;
    supplier_id?: string;
    supplier_service_id?: string;
    status?: string;
    archive?: boolean;
    note?: string;
}

export interface OrderCounts {
    needs_decision: string;
    notaccepted: string;
    executing: string;
}

export const listOrders = (
    query: Query,
    cursor: number | undefined,
    perPage: number,
    signal?: AbortSignal,
): Promise<Many<Order>> => get<Many<Order>>('/orders', { ...query, cursor, per_page: perPage }, signal);
export const readOrder = (id: number, signal?: AbortSignal): Promise<OrderHistory> =>
    one(get<One<OrderHistory>>(`/orders/${id}`, undefined, signal));
export const relatedOrders = (id: number): Promise<Order[]> => many(get<Many<Order>>(`/orders/${id}/related`));
export const countOrders = (): Promise<OrderCounts> => one(get<One<OrderCounts>>('/orders/counts'));
export const decide = (id: number, decision: Decision): Promise<OrderHistory> =>
    one(post<One<OrderHistory>>(`/orders/${id}/decisions`, decision));
export const addNote = (id: number, text: string): Promise<OrderHistory> =>
    one(post<One<OrderHistory>>(`/orders/${id}/notes`, { text }));
export const changeNotes = (id: number, notes: string, version: number): Promise<OrderHistory> =>
    one(patch<One<OrderHistory>>(`/orders/${id}`, { notes, version }));

export type NewOrder = Record<string, string | number>;

export const createOrder = (order: NewOrder, key: string): Promise<Order> =>
    one(post<One<Order>>('/orders', order, onceOnly(key)));
export { freshKey };
