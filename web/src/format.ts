import { language, t } from './words';

let zone = 'Europe/Kyiv';
let symbols: Record<string, string> = { UAH: '₴', USD: '$', EUR: '€' };

export function useTimeZone(name: string): void {
    zone = name;
}

export function useCurrencySymbols(byCode: Record<string, string>): void {
    symbols = byCode;
}

const noBreak = '\u00a0';
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat>(name: string, make: () => T): T {
    const key = `${language()} ${zone} ${name}`;
    const known = formats.get(key) ?? make();
    formats.set(key, known);
    return known as T;
}

export function number(value: number): string {
    return kept('number', () => new Intl.NumberFormat(language())).format(value);
}

// Up to four digits behind the point, when the amount is a supplier's price of one piece.
const mostDigits = 4;

/** A decimal string with the symbol of its currency. It goes to the formatter as it is: browsers since 2023 make no float of it. */
export function money(amount: string, currency: string): string {
    const behind = /\.(\d*?)0*$/.exec(amount)?.[1]?.length ?? 0;
    const digits = Math.min(Math.max(2, behind), mostDigits);
    const shown = kept(
        `money ${digits}`,
        () => new Intl.NumberFormat(language(), { minimumFractionDigits: 2, maximumFractionDigits: digits }),
    ).format(amount as Intl.StringNumericLiteral);
    return `${shown}${noBreak}${symbols[currency] ?? currency}`;
}

export function percent(value: number, digits = 0): string {
    const shown = kept(
        `percent ${digits}`,
        () => new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    );
    return `${shown.format(value)}${noBreak}%`;
}

function moment(name: string, options: Intl.DateTimeFormatOptions, iso: string): string {
    return kept(
        name,
        () => new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'uk', { timeZone: zone, ...options }),
    ).format(new Date(iso));
}

export function day(iso: string): string {
    return moment('day', { day: '2-digit', month: '2-digit', year: 'numeric' }, iso);
}

export function clock(iso: string): string {
    return moment('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }, iso);
}

export function dayAndClock(iso: string): string {
    return `${day(iso)}, ${clock(iso)}`;
}

/** Without the day when it is today's. */
export function shortMoment(iso: string, now = Date.now()): string {
    const today = day(new Date(now).toISOString()) === day(iso);
    const hours = moment('minute', { hour: '2-digit', minute: '2-digit' }, iso);
    return today ? hours : `${day(iso)}, ${hours}`;
}

const minute = 60,
    hour = 60 * minute,
    fullDay = 24 * hour;

/** How long ago, in one unit. */
export function age(iso: string, now = Date.now()): string {
    const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
    if (seconds < 5) return t('age.now');
    if (seconds < minute) return t('age.seconds', { count: seconds });
    if (seconds < hour) return t('age.minutes', { count: Math.floor(seconds / minute) });
    if (seconds < fullDay) return t('age.hours', { count: Math.floor(seconds / hour) });
    return t('age.days', { count: Math.floor(seconds / fullDay) });
}

export function ago(iso: string, now = Date.now()): string {
    const shown = age(iso, now);
    return shown === t('age.now') ? shown : t('age.ago', { age: shown });
}

/** The date of an `<input type="date">` as the moment at which that day begins in the user's zone. */
export function startOfDay(date: string, plusDays = 0): string {
    const guess = Date.parse(`${date}T00:00:00Z`) + plusDays * fullDay * 1000;
    const there = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(guess);
    return new Date(guess - (Date.parse(`${there.replace(' ', 'T')}Z`) - guess)).toISOString();
}

/** Today's date in the user's zone, as an `<input type="date">` holds it. */
export function today(minusDays = 0, now = Date.now()): string {
    return new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' }).format(now - minusDays * fullDay * 1000);
}

/** The letter that stands for a name. */
export function initial(name: string): string {
    const first = name.trim().codePointAt(0);
    return first === undefined ? '?' : String.fromCodePoint(first).toUpperCase();
}
