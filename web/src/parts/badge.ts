import { html } from '../html';
import type { Markup } from '../html';
import { statusByValue, statusName } from '../reference';
import { icon } from './icon';
import type { Sign } from './icon';

// The words of the program itself, with the colour that each has in a new installation: as long as it has that one, it is drawn
// in the colours that were chosen for both themes.
const own: Record<string, { sign: Sign; color: string }> = {
    pending: { sign: 'hourglass-split', color: '#f59e0b' },
    launching: { sign: 'arrow-up-circle', color: '#3b82f6' },
    executing: { sign: 'circle-half', color: '#6366f1' },
    uncertain: { sign: 'question-diamond-fill', color: '#d946ef' },
    notaccepted: { sign: 'x-octagon-fill', color: '#ef4444' },
    completed: { sign: 'check-circle-fill', color: '#16a34a' },
    partial: { sign: 'pie-chart-fill', color: '#0d9488' },
    canceled: { sign: 'slash-circle', color: '#64748b' },
    refunded: { sign: 'arrow-counterclockwise', color: '#475569' },
};

function statusSign(status: string): Sign {
    return own[status]?.sign ?? 'tag';
}

function lookOf(status: string): string {
    const known = statusByValue(status);
    if (known && known.color.toLowerCase() !== own[status]?.color) return `badge-hue hue-${known.id}`;
    return `badge-${status in own ? status : 'canceled'}`;
}

/** The word of an order, in its colour and with its sign. */
export function statusBadge(status: string, large = false): Markup {
    const name = statusName(status);
    return html`<span class="status-badge ${lookOf(status)} ${large && 'status-badge-large'}" title="${name}"
        >${icon(statusSign(status))}<span class="cut">${name}</span></span
    >`;
}
