import { get, many, one, patch, post, remove } from './client';
import type { Many, One } from './client';

export interface OrderStatus {
    id: number;
    status_value: string;
    name: string;
    name_en: string;
    color: string;
    position: number;
    is_system: boolean;
}

export type StatusChange = Partial<Omit<OrderStatus, 'id' | 'is_system'>>;

export const listStatuses = (): Promise<OrderStatus[]> => many(get<Many<OrderStatus>>('/order-statuses'));
export const addStatus = (status: StatusChange): Promise<OrderStatus> =>
    one(post<One<OrderStatus>>('/order-statuses', status));
export const changeStatus = (id: number, change: StatusChange): Promise<OrderStatus> =>
    one(patch<One<OrderStatus>>(`/order-statuses/${id}`, change));
export const removeStatus = (id: number): Promise<void> => remove(`/order-statuses/${id}`);
