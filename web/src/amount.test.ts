import { describe, expect, it } from 'vitest';

import { amountOf, unitsOf } from './amount';

describe('amounts', () => {
    it.each([
        ['0', '0.00'],
        ['12.5', '12.50'],
        ['-0.07', '-0.07'],
        ['0.00000001', '0.00000001'],
        ['999999999999.99', '999999999999.99'],
    ])('%s is read and written exactly', (text, same) => {
        expect(amountOf(unitsOf(text) ?? 1n)).toBe(same);
    });

    it('add up as floats do not', () => {
        expect(amountOf((unitsOf('0.1') ?? 0n) + (unitsOf('0.2') ?? 0n))).toBe('0.30');
    });

    it.each(['', '.', '1e3', '1,5', '0.123456789', 'much', '--1'])('%s is none', (text) => {
        expect(unitsOf(text)).toBeUndefined();
    });
});
