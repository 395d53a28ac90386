import { get, many, one, patch, post, remove } from './client';
import type { Many, One } from './client';

export interface SavedView {
    id: number;
    page: string;
    name: string;
    query: string;
}

export const listViews = (page: string): Promise<SavedView[]> => many(get<Many<SavedView>>('/views', { page }));
export const addView = (page: string, name: string, query: string): Promise<SavedView> =>
    one(post<One<SavedView>>('/views', { page, name, query }));
export const renameView = (id: number, name: string): Promise<SavedView> =>
    one(patch<One<SavedView>>(`/views/${id}`, { name }));
export const removeView = (id: number): Promise<void> => remove(`/views/${id}`);
