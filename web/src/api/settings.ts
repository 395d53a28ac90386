import { get, many, patch } from './client';
import type { Many } from './client';

export interface Setting {
    key: string;
    group: string;
    kind: 'text' | 'integer' | 'boolean' | 'decimal' | 'url' | 'secret' | 'list';
    value: string;
    fallback: string;
    help: string;
    least: number;
    most: number;
    updated_by: string | null;
    updated_at: string | null;
}

export const listSettings = (): Promise<Setting[]> => many(get<Many<Setting>>('/settings'));
/** null puts a setting back to what the program has by itself. */
export const changeSettings = (values: Record<string, string | null>): Promise<Setting[]> =>
    many(patch<Many<Setting>>('/settings', { values }));
