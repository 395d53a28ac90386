import { describe, expect, it } from 'vitest';

import type { System, TaskState } from '../../api/system';
import { bytes, span } from './units';
import { troubles, verdictOfTask } from './verdicts';

const task: TaskState = {
    name: 'orders',
    period_s: 120,
    started_at: '2026-11-28T10:00:00.000Z',
    duration_ms: 20,
    result: 'done',
    last_error: null,
    finished_at: '2026-11-28T10:00:00.020Z',
    next_at: '2026-11-28T10:02:00.000Z',
    running: false,
    late: false,
};

const system = {
    now: '2026-11-28T10:01:00.000Z',
    tasks: [task],
    queue: [{ kind: 'order.send', waiting: 1, due: 1, running: 0, dead: 0, oldest_due: '2026-11-28T10:00:30.000Z' }],
    suppliers: [],
    disk: { path: 'data', free_bytes: 50_000_000_000, total_bytes: 100_000_000_000 },
} as unknown as System;

describe('a task', () => {
    it('is as bad as the worst that is known of it', () => {
        expect(verdictOfTask(task).look).toBe('good');
        expect(verdictOfTask({ ...task, running: true, late: true }).look).toBe('bad');
        expect(verdictOfTask({ ...task, result: 'failed', last_error: 'why' })).toMatchObject({ look: 'bad', why: 'why' });
        expect(verdictOfTask({ ...task, result: null }).look).toBe('bad');
        expect(verdictOfTask({ ...task, result: null, running: true }).look).toBe('none');
        expect(verdictOfTask({ ...task, result: null, started_at: null }).look).toBe('none');
    });
});

describe('troubles', () => {
    it('are none when all is well', () => {
        expect(troubles(system, 0)).toEqual([]);
    });

    it('are each one line', () => {
        expect(troubles(system, 2)).toHaveLength(1);
        expect(troubles({ ...system, now: '2026-11-28T10:20:00.000Z' }, 0)).toHaveLength(1);
        expect(troubles({ ...system, tasks: [{ ...task, late: true }] }, 1)).toHaveLength(2);
        expect(troubles({ ...system, disk: { ...system.disk, free_bytes: 1_000_000 } }, 0)).toHaveLength(1);
        expect(troubles({ ...system, disk: { ...system.disk, free_bytes: null } }, 0)).toEqual([]);
    });
});

describe('figures', () => {
    it('are in the unit that fits', () => {
        expect(bytes(null)).toBe('—');
        expect(bytes(0)).toMatch(/^0/);
        expect(bytes(12_400_000)).toMatch(/^12\D/);
        expect(bytes(1_500_000_000)).toMatch(/^1[.,]5/);
        expect(span(20)).toMatch(/^20\D/);
        expect(span(119_000)).toMatch(/^2\D/);
        expect(span(86_400_000)).toMatch(/^1\D/);
    });
});
