import { beforeAll, describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { documentElement: {} });
const { age, clock, day, money, percent, shortMoment, startOfDay, today, useTimeZone } = await import('./format');
const { speak } = await import('./words');

beforeAll(() => speak('uk'));

describe('money', () => {
    it('keeps the digits of the string', () => {
        expect(money('1870.78', 'UAH')).toBe('1\u00a0870,78\u00a0₴');
        expect(money('9876543210.12', 'UAH')).toBe('9\u00a0876\u00a0543\u00a0210,12\u00a0₴');
        expect(money('5', 'USD')).toBe('5,00\u00a0$');
        expect(money('0.3661', 'USD')).toBe('0,3661\u00a0$');
        expect(money('12.500000', 'UAH')).toBe('12,50\u00a0₴');
        expect(money('-3.1', 'XYZ')).toBe('-3,10\u00a0XYZ');
    });
    it('writes percents', () => expect(percent(52.5, 1)).toBe('52,5\u00a0%'));
});

describe('dates', () => {
    it('are in the zone of the person', () => {
        expect(day('2026-11-25T22:30:00Z')).toBe('26.11.2026');
        expect(clock('2026-11-25T22:30:05Z')).toBe('00:30:05');
        useTimeZone('America/New_York');
        expect(day('2026-11-25T22:30:00Z')).toBe('25.11.2026');
        useTimeZone('Europe/Kyiv');
    });
    it('begin where the day of that zone begins, also when the clocks change', () => {
        expect(startOfDay('2026-11-25')).toBe('2026-11-24T22:00:00.000Z');
        expect(startOfDay('2026-07-01')).toBe('2026-06-30T21:00:00.000Z');
        expect(startOfDay('2026-03-28', 1)).toBe('2026-03-28T22:00:00.000Z');
        expect(startOfDay('2026-03-29', 1)).toBe('2026-03-29T21:00:00.000Z');
        expect(startOfDay('2026-10-25', 1)).toBe('2026-10-25T22:00:00.000Z');
    });
    it('know which day it is', () => {
        expect(today(0, Date.parse('2026-11-25T22:30:00Z'))).toBe('2026-11-26');
        expect(today(1, Date.parse('2026-11-25T22:30:00Z'))).toBe('2026-11-25');
    });
    it('leave the day away when it is today', () => {
        const now = Date.parse('2026-11-25T12:00:00Z');
        expect(shortMoment('2026-11-25T08:05:00Z', now)).toBe('10:05');
        expect(shortMoment('2026-11-24T08:05:00Z', now)).toBe('24.11.2026, 10:05');
    });
});

describe('age', () => {
    const now = Date.parse('2026-11-25T12:00:00Z');
    it.each([
        [2, 'щойно'],
        [59, '59\u00a0с'],
        [60, '1\u00a0хв'],
        [7199, '1\u00a0год'],
        [86_400 * 3, '3\u00a0дн'],
        [-60, 'щойно'],
    ])('%i s: %s', (seconds, text) => {
        expect(age(new Date(now - seconds * 1000).toISOString(), now)).toBe(text);
    });
});
