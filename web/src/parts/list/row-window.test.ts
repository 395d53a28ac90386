import { describe, expect, it } from 'vitest';

import { RowWindow } from './row-window';

// A list of 1000 rows, newest first, in pages of 50.
const perPage = 50;
const page = (cursor: number | undefined): number[] => Array.from({ length: perPage }, (_, i) => (cursor ?? 1001) - 1 - i);
const next = (rows: number[]): number | null => (rows.at(-1) === 1 ? null : (rows.at(-1) ?? null));

function filled(pages: number): RowWindow<number> {
    const window = new RowWindow<number>(200);
    const first = page(undefined);
    window.begin(first, next(first));
    for (let i = 1; i < pages; i++) {
        const rows = page(window.next ?? undefined);
        window.append(rows, next(rows));
    }
    return window;
}

describe('RowWindow', () => {
    it('keeps no more than it may', () => {
        const window = filled(12);
        expect(window.rows).toHaveLength(200);
        expect(window.rows[0]).toBe(600);
        expect(window.rows.at(-1)).toBe(401);
    });

    it('comes back to the beginning without a gap', () => {
        const window = filled(12);
        while (window.previous) window.prepend(page(window.previous.cursor));
        expect(window.rows[0]).toBe(1000);
        expect(window.rows).toEqual(Array.from({ length: 200 }, (_, i) => 1000 - i));
        expect(window.next).toBe(801);
    });

    it('ends where the list ends', () => {
        const window = filled(20);
        expect(window.next).toBeNull();
        window.append([7], null);
        expect(window.rows.at(-1)).toBe(1);
    });

    it('puts rows in their own place', () => {
        const window = new RowWindow<{ id: number; text: string }>(200);
        window.begin(
            [
                { id: 2, text: 'a' },
                { id: 1, text: 'b' },
            ],
            null,
        );
        expect(
            window.replace(
                [
                    { id: 1, text: 'c' },
                    { id: 9, text: 'd' },
                ],
                ({ id }) => id,
            ),
        ).toBe(1);
        expect(window.rows.map(({ text }) => text)).toEqual(['a', 'c']);
    });
});
