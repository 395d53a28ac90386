import type { KindCount, SupplierState, System, TaskState } from '../../api/system';
import { t } from '../../words';
import { bytes, span } from './units';

export type Look = 'good' | 'bad' | 'warn' | 'none';
export interface Verdict {
    look: Look;
    text: string;
    why?: string | null;
}

const longestFlightMs = 15 * 60_000,
    littleSpace = 2_000_000_000;

export function verdictOfTask(task: TaskState): Verdict {
    const why = task.last_error;
    if (task.late) return { look: 'bad', text: t('system.late'), why };
    if (task.running) return { look: 'none', text: t('system.running'), why };
    if (task.result) {
        const look = { done: 'good', failed: 'bad', waits: 'warn' } as const;
        return { look: look[task.result], text: t(`run_result.${task.result}`), why };
    }
    return task.started_at ? { look: 'bad', text: t('system.interrupted') } : { look: 'none', text: t('system.not_run') };
}

export function verdictOfSupplier(supplier: SupplierState): Verdict {
    if (!supplier.is_active) return { look: 'none', text: t('lane.off') };
    if (supplier.paused_at) return { look: 'bad', text: t('lane.paused'), why: supplier.paused_reason };
    if (supplier.funds_out_at) return { look: 'bad', text: t('lane.no_funds') };
    if (supplier.circuit.state !== 'closed')
        return { look: 'warn', text: t(`circuit.${supplier.circuit.state}`), why: supplier.circuit.reason };
    return { look: 'good', text: t('lane.works') };
}

export const oldestDue = (queue: KindCount[]): string | undefined =>
    queue
        .map(({ oldest_due }) => oldest_due)
        .filter((one) => one !== null)
        .sort()[0];

/** What somebody should look at, the worst first. */
export function troubles(system: System, dead: number): string[] {
    const now = Date.parse(system.now);
    const oldest = oldestDue(system.queue);
    const late = system.tasks.filter((task) => verdictOfTask(task).look === 'bad').length;
    const suppliers = system.suppliers.filter((one) => ['bad', 'warn'].includes(verdictOfSupplier(one).look)).length;
    const { free_bytes } = system.disk;
    return [
        free_bytes !== null && free_bytes < littleSpace && t('system.little_space', { free: bytes(free_bytes) }),
        late > 0 && t('system.tasks_late', { count: late }),
        dead > 0 && t('system.jobs_dead', { count: dead }),
        oldest !== undefined &&
            now - Date.parse(oldest) > longestFlightMs &&
            t('system.queue_old', { age: span(now - Date.parse(oldest)) }),
        suppliers > 0 && t('system.suppliers_bad', { count: suppliers }),
    ].filter((one) => one !== false);
}
