import { describe, expect, it } from 'vitest';

import { linesOf } from '../shell/notice-text';
import { deviceOf } from './me/device';
import { servicesOf, textOf } from './service-names';

describe('services of a mapping', () => {
    it('are read as people write them', () => {
        expect(servicesOf('101 = 2044\n 102:7 \n\nnonsense\n=5')).toEqual({ '101': '2044', '102': '7' });
        expect(servicesOf(textOf({ '1': '2', '3': '4' }))).toEqual({ '1': '2', '3': '4' });
    });
});

describe('a notice', () => {
    it('is text, whatever stands in it', () => {
        expect(linesOf('<b>Замовлення №1</b>\nСайт: a &amp; b\n&lt;script&gt;')).toEqual([
            'Замовлення №1',
            'Сайт: a & b',
            '<script>',
        ]);
    });
});

describe('a device', () => {
    it('is named in two words', () => {
        expect(
            deviceOf('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'),
        ).toBe('Chrome 140 · Linux');
        expect(deviceOf('curl/8')).toBe('curl/8');
        expect(deviceOf('')).toBe('?');
    });
});
