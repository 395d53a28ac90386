import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

import { networkMarks, signs } from '../../icons.mts';
import { sprite } from '../../icon-sprite.mts';

vi.mock('virtual:icon-sprite', () => ({ default: '/icons.svg' }));
const { hueOf } = await import('./colour');
const { cutInTheMiddle, linkAddress, linkParts } = await import('./network');
const { Selection } = await import('./list/selection');

describe('links of customers', () => {
    it('know their network however they are written', () => {
        expect(linkParts('https://www.instagram.com/p/x/?a=1')).toEqual({
            host: 'instagram.com',
            path: '/p/x/?a=1',
            network: 'instagram',
        });
        expect(linkParts('t.me/x')).toMatchObject({ host: 't.me', network: 'telegram' });
        expect(linkParts('@someone')).toEqual({ host: '', path: '@someone' });
    });
    it('lead to the web or nowhere', () => {
        expect(linkAddress('t.me/x')).toBe('https://t.me/x');
        expect(linkAddress('javascript:alert(1)')).toBeUndefined();
        expect(linkAddress('<b>')).toBeUndefined();
    });
    it('are cut in the middle', () => expect(cutInTheMiddle('abcdefghij', 7)).toBe('abc…hij'));
});

describe('hueOf', () => {
    it('finds the hue', () => {
        expect(hueOf('#ff0000')).toEqual({ hue: 29, grey: false });
        expect(hueOf('#808080').grey).toBe(true);
    });
});

describe('Selection', () => {
    it('takes a range in the order shown', () => {
        const selection = new Selection(() => undefined);
        selection.toggle(9);
        selection.extend(6, [9, 8, 7, 6, 5]);
        expect(selection.ids.sort()).toEqual([6, 7, 8, 9]);
        selection.toggle(8);
        expect(selection.has(8)).toBe(false);
    });
});

describe('the sprite', () => {
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join('\n');

    it('holds an icon for each name', () => {
        expect(sprite().match(/<symbol /g)).toHaveLength(signs.length + networkMarks.length);
    });
    it('holds none that nobody draws', () => {
        expect(signs.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
        expect(networkMarks.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
    });
});
