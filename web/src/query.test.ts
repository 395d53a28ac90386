import { describe, expect, it } from 'vitest';

import { only, parseQuery, queryString, without, withValues } from './query';

describe('query', () => {
    it('is the same text for the same filters', () => {
        expect(queryString({ status: 'executing,partial', q: 'a b&c' })).toBe('?q=a+b%26c&status=executing,partial');
        expect(queryString({ b: '1', a: '' })).toBe('?b=1');
        expect(queryString({})).toBe('');
    });
    it('comes back as it went', () => {
        const query = { q: 'https://t.me/x?y=1#z', status: 'uncertain' };
        expect(parseQuery(queryString(query))).toEqual(query);
    });
    it('changes, loses and keeps values', () => {
        expect(withValues({ a: '1', b: '2' }, { b: undefined, c: '3' })).toEqual({ a: '1', c: '3' });
        expect(without({ a: '1', order: '5' }, 'order')).toEqual({ a: '1' });
        expect(only({ a: '1', evil: '2' }, ['a'])).toEqual({ a: '1' });
    });
});
