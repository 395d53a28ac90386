import { get, many, one, post, remove } from './client';
import type { Many, One } from './client';

export interface TaskState {
    name: string;
    period_s: number;
    started_at: string | null;
    duration_ms: number | null;
    result: 'done' | 'failed' | 'waits' | null;
    last_error: string | null;
    finished_at: string | null;
    next_at: string;
    running: boolean;
    late: boolean;
}

export interface KindCount {
    kind: string;
    /** Due or not. */
    waiting: number;
    due: number;
    running: number;
    dead: number;
    oldest_due: string | null;
}

export interface SupplierState {
    id: number;
    name: string;
    is_active: boolean;
    circuit: { state: 'closed' | 'open' | 'half_open'; since: string | null; reason: string | null };
    paused_at: string | null;
    paused_reason: string | null;
    funds_out_at: string | null;
    answered_at: string | null;
    waiting: number;
    running: number;
}

export interface System {
    now: string;
    tasks: TaskState[];
    queue: KindCount[];
    suppliers: SupplierState[];
    nodes: { node_id: string; host: string; version: string; pid: number; started_at: string; renewed_at: string }[];
    database: {
        kind: string;
        version: string;
        address: string;
        node: string;
        size_bytes: number | null;
        wal_bytes: number | null;
        latency_us: number;
    };
    disk: { path: string; free_bytes: number | null; total_bytes: number | null };
    connections: { http: number; realtime: number; channels: number };
    program: {
        version: string;
        build: string;
        compiler: string;
        started_at: string;
        node_id: string;
        host: string;
        roles: string[];
        backup_at: string | null;
    };
}

export interface DeadJob {
    id: number;
    kind: string;
    tries: number;
    crashes: number;
    last_error: string | null;
    dead_at: string;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export interface LogLine {
    number: number;
    at: string;
    level: LogLevel;
    text: string;
}

export interface AuditEntry {
    id: number;
    at: string;
    actor_kind: string;
    actor: string;
    ip: string | null;
    action: string;
    subject: string;
    detail: string | null;
}

export const readSystem = (): Promise<System> => one(get<One<System>>('/system'));
export const runTask = (name: string): Promise<void> => post(`/system/tasks/${name}/run`);
export const readLog = (level: string, perPage: number): Promise<{ data: LogLine[]; meta: { host: string } }> =>
    get('/system/log', { level, per_page: perPage });
export const listDead = (): Promise<DeadJob[]> => many(get<Many<DeadJob>>('/jobs/dead'));
export const retryJob = (id: number): Promise<void> => post(`/jobs/${id}/retry`);
export const discardJob = (id: number): Promise<void> => remove(`/jobs/${id}`);
export const listAudit = (
    asked: Record<'action' | 'user_id' | 'q', string | undefined> & { cursor: number | undefined; per_page: number },
    signal: AbortSignal,
): Promise<Many<AuditEntry>> => get<Many<AuditEntry>>('/audit', asked, signal);
