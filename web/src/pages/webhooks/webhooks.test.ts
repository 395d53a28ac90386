import { describe, expect, it } from 'vitest';

import { changeOf, errorOf, readable } from './texts';

describe('a webhook', () => {
    it('of all sites has none', () => {
        expect(changeOf({ name: 'Books', site_id: '' })).toEqual({ name: 'Books', site_id: null });
        expect(changeOf({ site_id: '7' })).toEqual({ site_id: 7 });
        expect(changeOf({ active: false })).toEqual({ active: false });
    });

    it('says why it failed, and repeats what it does not know', () => {
        expect(errorOf('HTTP 500')).toBe('HTTP 500');
        expect(errorOf('something: else')).toBe('something: else');
    });

    it('shows a payload in lines, and what is none as it is', () => {
        expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
        expect(readable('{"a":')).toBe('{"a":');
    });
});
