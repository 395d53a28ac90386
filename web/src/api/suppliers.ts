import { get, many, one, patch, post, remove } from './client';
import type { Many, One } from './client';

export interface Supplier {
    id: number;
    name: string;
    api_url: string;
    api_key: string | null;
    login: string | null;
    has_password: boolean;
    flavor: 'perfectpanel' | 'smartpanel';
    currency: string | null;
    api_check: boolean;
    api_balance: string | null;
    balance_at: string | null;
    api_send_tg: boolean;
    trigger_price: string | null;
    allow_private: boolean;
    is_active: boolean;
    parallel_sends: number;
    calls_per_second: number;
    sends_per_second: number;
    edge_rejects: boolean;
    paused_at: string | null;
    paused_reason: string | null;
    answered_at: string | null;
    status_at: string | null;
    funds_out_at: string | null;
    gap_scan: boolean;
    key_shared: boolean;
    request_id_field: string | null;
    dedup_window_s: number;
    ask_again: boolean;
    circuit: { state: 'closed' | 'open' | 'half_open'; since: string | null; reason: string };
}

export type SupplierChange = Record<string, string | number | boolean>;

export interface Findings {
    works: boolean;
    reason: string;
    message: string;
}

export interface OfferedService {
    id: string;
    name: string;
    type: string;
    category: string;
    rate: string;
    min: number;
    max: number;
    refill: boolean;
    cancel: boolean;
    dripfeed: boolean;
}

export interface Mapping {
    id: number;
    supplier_id: string;
    provider_id: number;
    provider_name: string;
    priority: number;
    same_services: boolean;
    services_named: number;
    services?: Record<string, string>;
}

export interface Unmapped {
    supplier_id: string;
    orders: number;
    last_at: string;
}

export const listSuppliers = (): Promise<Supplier[]> => many(get<Many<Supplier>>('/suppliers'));
export const addSupplier = (supplier: SupplierChange): Promise<Supplier> => one(post<One<Supplier>>('/suppliers', supplier));
export const changeSupplier = (id: number, change: SupplierChange): Promise<Supplier> =>
    one(patch<One<Supplier>>(`/suppliers/${id}`, change));
export const changeLane = (id: number, paused: boolean, reason?: string): Promise<Supplier> =>
    one(post<One<Supplier>>(`/suppliers/${id}/lane`, { paused, ...(reason ? { reason } : {}) }));
export const testSupplier = (id: number): Promise<Findings> => one(post<One<Findings>>(`/suppliers/${id}/test`));
export const listServices = (id: number): Promise<OfferedService[]> =>
    many(get<Many<OfferedService>>(`/suppliers/${id}/services`));

export const listMappings = (): Promise<Mapping[]> => many(get<Many<Mapping>>('/supplier-mappings'));
export const readMapping = (id: number): Promise<Mapping> => one(get<One<Mapping>>(`/supplier-mappings/${id}`));
export const addMapping = (mapping: Partial<Mapping>): Promise<Mapping> =>
    one(post<One<Mapping>>('/supplier-mappings', mapping));
export const changeMapping = (id: number, change: Partial<Mapping>): Promise<Mapping> =>
    one(patch<One<Mapping>>(`/supplier-mappings/${id}`, change));
export const removeMapping = (id: number): Promise<void> => remove(`/supplier-mappings/${id}`);
export const listUnmapped = (): Promise<Unmapped[]> => many(get<Many<Unmapped>>('/supplier-mappings/unmapped'));
