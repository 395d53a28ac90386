import { ago, dayAndClock } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { language } from '../../words';

function inUnit(value: number, unit: string): string {
    const digits = value < 10 ? 1 : 0;
    return new Intl.NumberFormat(language(), {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumFractionDigits: digits,
    }).format(value);
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** `12,4 ГБ`: as people write it, a thousand bytes being a kilobyte. */
export function bytes(count: number | null): string {
    if (count === null) return '—';
    const step = Math.min(byteUnits.length - 1, count < 1000 ? 0 : Math.floor(Math.log10(count) / 3));
    return inUnit(count / 1000 ** step, byteUnits[step] ?? 'byte');
}

const minuteS = 60,
    hourS = 3600,
    dayS = 86_400;

/** `350 мс`, `2 хв`: in the largest unit of which there is at least one. */
export function span(ms: number): string {
    const seconds = ms / 1000;
    if (ms < 1000) return inUnit(ms, 'millisecond');
    if (seconds < minuteS) return inUnit(seconds, 'second');
    if (seconds < hourS) return inUnit(seconds / minuteS, 'minute');
    if (seconds < dayS) return inUnit(seconds / hourS, 'hour');
    return inUnit(seconds / dayS, 'day');
}

/** `через 2 хв` of what is to come, `зараз` of what is due. */
export function ahead(iso: string, now: number): string {
    const seconds = Math.max(0, Math.round((Date.parse(iso) - now) / 1000));
    const words = new Intl.RelativeTimeFormat(language(), { style: 'short', numeric: 'auto' });
    if (seconds < minuteS) return words.format(seconds, 'second');
    if (seconds < hourS) return words.format(Math.round(seconds / minuteS), 'minute');
    return words.format(Math.round(seconds / hourS), 'hour');
}

export function since(iso: string | null, now: number): Markup {
    if (!iso) return html`<span class="nothing">—</span>`;
    return html`<time datetime="${iso}" title="${dayAndClock(iso)}">${ago(iso, now)}</time>`;
}
