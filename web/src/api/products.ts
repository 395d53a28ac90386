import type { Query } from '../query';
import { get, one, post } from './client';
import type { Many, One } from './client';

export interface Product {
    id: number;
    site_id: number;
    site_name: string;
    product_id: number;
    parent_id: number;
    parent_name: string | null;
    type: string;
    name: string;
    sku: string | null;
    status: string | null;
    price: string | null;
    regular_price: string | null;
    sale_price: string | null;
    currency: string;
    stock_status: string | null;
    stock_quantity: number | null;
    categories: { id: number; name: string; slug: string }[];
    supplier_id: string | null;
    service_id: string | null;
    order_type: string | null;
    quantity: number | null;
    modified_at: string | null;
    permalink: string | null;
    mapping: 'mapped' | 'unmapped' | 'no_service';
    /** Their names, for managers. */
    suppliers: string[];
}

/** How the last reading of a shop's products goes or went. */
export interface Refresh {
    site_id: number;
    number: number;
    state: 'running' | 'done' | 'failed';
    total: number;
    done: number;
    unreadable: number;
    /** Otherwise what is gone in the shop may still be shown. */
    complete: boolean;
    started_at: string;
    finished_at: string | null;
    ok_at: string | null;
    trouble: string | null;
    error: string | null;
}

export interface Choices {
    categories: string[];
    supplier_ids: string[];
}

export type ProductPage = Many<Product> & { meta: { refreshes: Refresh[] } };

export const listProducts = (
    query: Query,
    cursor: number | undefined,
    perPage: number,
    signal?: AbortSignal,
): Promise<ProductPage> => get<ProductPage>('/products', { ...query, cursor, per_page: perPage }, signal);
export const productChoices = (site: string | undefined): Promise<Choices> =>
    one(get<One<Choices>>('/products/choices', { site_id: site }));
export const refreshProducts = (site: number): Promise<Refresh> =>
    one(post<One<Refresh>>(`/sites/${site}/products/refresh`));
