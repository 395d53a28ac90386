import type { Query } from '../query';
import { get, many, one, post, remove } from './client';
import type { Many, One } from './client';

export type ExportFormat = 'xlsx' | 'csv' | 'pdf';

/** A file of what a list shows; it belongs to whoever asked for it. */
export interface Export {
    id: number;
    format: ExportFormat;
    state: 'queued' | 'running' | 'done' | 'failed';
    total: number;
    rows: number;
    size: number;
    error: string | null;
    file_name: string;
    created_at: string;
    expires_at: string | null;
}

export interface ExportOrder {
    list: string;
    format: ExportFormat;
    filter: Query;
    columns: string[];
    language: string;
}

export const startExport = (wanted: ExportOrder): Promise<Export> => one(post<One<Export>>('/exports', wanted));
export const listExports = (): Promise<Export[]> => many(get<Many<Export>>('/exports'));
export const removeExport = (id: number): Promise<void> => remove(`/exports/${id}`);
export const fileOf = ({ id }: Export): string => `/api/v1/exports/${id}/file`;

export const isBeingMade = ({ state }: Export): boolean => state === 'queued' || state === 'running';
