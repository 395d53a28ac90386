import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import en from '../locales/en.json';
import productsEn from '../locales/products.en.json';
import productsUk from '../locales/products.uk.json';
import shopsEn from '../locales/shops.en.json';
import shopsUk from '../locales/shops.uk.json';
import systemEn from '../locales/system.en.json';
import systemUk from '../locales/system.uk.json';
import uk from '../locales/uk.json';
import walletsEn from '../locales/wallets.en.json';
import walletsUk from '../locales/wallets.uk.json';
import { say, speechOf } from './words';
import type { Dictionary, Entry } from './words';

const ofPages = [
    { uk: systemUk, en: systemEn },
    { uk: productsUk, en: productsEn },
    { uk: shopsUk, en: shopsEn },
    { uk: walletsUk, en: walletsEn },
];
const ukrainian = Object.assign({}, uk, ...ofPages.map((page) => page.uk)) as Dictionary,
    english = Object.assign({}, en, ...ofPages.map((page) => page.en)) as Dictionary;

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return sources(path);
        return /(?<!\.test)\.ts$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
    });
}

const code = sources(fileURLToPath(new URL('.', import.meta.url))).join('\n');

const placeholders = (entry: Entry | undefined): string[] =>
    [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

describe('locales', () => {
    it('have the same keys', () => {
        expect(Object.keys(english).sort()).toEqual(Object.keys(ukrainian).sort());
    });

    it.each(Object.keys(ukrainian))('%s has the same placeholders in both', (key) => {
        expect(placeholders(english[key])).toEqual(placeholders(ukrainian[key]));
    });

    it('of pages of their own repeat no key', () => {
        const keys = [uk, ...ofPages.map((page) => page.uk)].flatMap((words) => Object.keys(words));
        expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    });

    it('have all plural forms of their language', () => {
        for (const [locale, dictionary] of [
            ['uk', ukrainian],
            ['en', english],
        ] as const) {
            const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.sort();
            for (const entry of Object.values(dictionary))
                if (typeof entry !== 'string') expect(Object.keys(entry).sort()).toEqual(wanted);
        }
    });

    it('hold nothing that nobody says', () => {
        const families = [...code.matchAll(/(?:wordFor|wordIfKnown)\(\s*'([\w.]+)'/g)].map(
            ([, family]) => `${family ?? ''}.`,
        );
        const made = [...code.matchAll(/t\(`([\w.]+)\$\{/g)].map(([, start]) => start ?? '');
        const said = (key: string): boolean =>
            code.includes(`'${key}'`) || [...families, ...made].some((start) => key.startsWith(start));
        expect(Object.keys(ukrainian).filter((key) => !said(key))).toEqual([]);
    });
});

describe('say', () => {
    const words: Dictionary = {
        orders: {
            one: '{count} замовлення',
            few: '{count} замовлення',
            many: '{count} замовлень',
            other: '{count} замовлення',
        },
        hello: 'Вітаємо, {name}',
    };
    const speech = speechOf('uk', words);

    it.each([
        [1, '1 замовлення'],
        [3, '3 замовлення'],
        [5, '5 замовлень'],
        [11, '11 замовлень'],
        [21, '21 замовлення'],
        [112, '112 замовлень'],
    ])('%i: %s', (count, text) => {
        expect(say(speech, 'orders', { count })).toBe(text);
    });

    it('leaves what it was not given', () => {
        expect(say(speech, 'hello', {})).toBe('Вітаємо, {name}');
        expect(say(speech, 'hello', { name: '{name}' })).toBe('Вітаємо, {name}');
        expect(say(speech, 'unknown.key')).toBe('unknown.key');
    });
});
