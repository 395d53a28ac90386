import type { Query } from '../query';
import { get, many, one, onceOnly, post, remove } from './client';
import type { Many, One } from './client';
import type { DecisionKind, NewOrder } from './orders';

export interface Batch {
    id: number;
    kind: string;
    state: 'waiting' | 'running' | 'done' | 'canceled' | 'failed';
    total: number;
    done: number;
    failed: number;
    created_at: string;
    finished_at: string | null;
    who: string;
    problems: { order_id?: number; line?: number; message: string }[];
}

export interface BatchPreview {
    matching: number;
    allowed: number;
    refused: { status: string; count: number }[];
    amount: { currency: string; sum: string }[];
}

export interface BatchOrder {
    kind: DecisionKind;
    status?: string;
    archive?: boolean;
    ids?: number[];
    filter?: Query;
}

export const previewBatch = (batch: BatchOrder): Promise<BatchPreview> =>
    one(post<One<BatchPreview>>('/order-batches', { ...batch, preview: true }));
export const startBatch = (batch: BatchOrder, key: string): Promise<Batch> =>
    one(post<One<Batch>>('/order-batches', { ...batch, preview: false }, onceOnly(key)));

export interface ImportText {
    site_id: number;
    format: 'lines' | 'csv';
    text: string;
    /** What the lines do not say. */
    defaults?: Record<string, string>;
}

export interface ImportPreview {
    rows: { line: number; ok: boolean; errors: Record<string, string[]>; order: NewOrder }[];
    good: number;
    bad: number;
}

export const previewImport = (text: ImportText): Promise<ImportPreview> =>
    one(post<One<ImportPreview>>('/order-imports', { ...text, preview: true }));
export const startImport = (text: ImportText, key: string): Promise<Batch> =>
    one(post<One<Batch>>('/order-imports', { ...text, preview: false }, onceOnly(key)));

export const listBatches = (): Promise<Batch[]> => many(get<Many<Batch>>('/batches'));
export const readBatch = (id: number): Promise<Batch> => one(get<One<Batch>>(`/batches/${id}`));
export const stopBatch = (id: number): Promise<void> => remove(`/batches/${id}`);

export const isUnderWay = (batch: Batch): boolean => batch.state === 'waiting' || batch.state === 'running';
