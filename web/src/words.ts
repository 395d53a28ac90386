import type ofProducts from '../locales/products.uk.json';
import type ofShops from '../locales/shops.uk.json';
import type ofSystem from '../locales/system.uk.json';
import type ofWallets from '../locales/wallets.uk.json';
import type ukrainian from '../locales/uk.json';

export type Language = 'uk' | 'en';
export type Key =
    keyof typeof ukrainian | keyof typeof ofSystem | keyof typeof ofProducts | keyof typeof ofShops | keyof typeof ofWallets;

/** A sentence, or its forms by the plural rules of the language. */
export type Entry = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Dictionary = Record<string, Entry>;

export interface Speech {
    language: Language;
    words: Dictionary;
    plural: Intl.PluralRules;
    numbers: Intl.NumberFormat;
}

export const languages: readonly Language[] = ['uk', 'en'];
/** How each language calls itself. */
export const ownNames: Record<Language, string> = { uk: 'Українська', en: 'English' };

export function speechOf(language: Language, words: Dictionary): Speech {
    return { language, words, plural: new Intl.PluralRules(language), numbers: new Intl.NumberFormat(language) };
}

let speech: Speech = speechOf('uk', {});

type Dictionaries = Record<Language, () => Promise<{ default: Dictionary }>>;

const dictionaries: Dictionaries = {
    uk: () => import('../locales/uk.json'),
    en: () => import('../locales/en.json'),
};

export async function speak(language: Language): Promise<void> {
    speech = speechOf(language, (await dictionaries[language]()).default);
    document.documentElement.lang = language;
}

/** The words of a page of its own, which nobody else has to load. */
export async function learn(more: Dictionaries): Promise<void> {
    const spoken = speech.language;
    const { default: learned } = await more[spoken]();
    speech = speechOf(spoken, { ...speech.words, ...learned });
}

export function language(): Language {
    return speech.language;
}

type Values = Record<string, string | number>;

/** `count` chooses the form, in digits of the language. */
export function say(from: Speech, key: string, values: Values = {}): string {
    const entry = from.words[key];
    if (entry === undefined) return key;
    const form = typeof entry === 'string' ? entry : (entry[from.plural.select(Number(values.count))] ?? entry.other ?? key);
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = values[name];
        if (value === undefined) return whole;
        return typeof value === 'number' ? from.numbers.format(value) : value;
    });
}

export function t(key: Key, values?: Values): string {
    return say(speech, key, values);
}

/** Our word for a word of the server; one that we do not know stays as it is. */
export function wordFor(family: string, value: string): string {
    const key = `${family}.${value}`;
    return key in speech.words ? say(speech, key) : value;
}

/** The same, or nothing. */
export function wordIfKnown(family: string, value: string): string | undefined {
    const key = `${family}.${value}`;
    return key in speech.words ? say(speech, key) : undefined;
}
