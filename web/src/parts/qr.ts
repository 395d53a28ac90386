import { encode } from 'uqr';

import { html } from '../html';
import type { Markup } from '../html';
import { t } from '../words';

/** A text as a QR code, drawn as one path. */
export function qrCode(text: string): Markup {
    const { data, size } = encode(text, { ecc: 'M', border: 2 });
    const path = data.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : ''))).join('');
    return html`<svg
        class="qr"
        viewBox="0 0 ${size} ${size}"
        role="img"
        aria-label="${t('totp.qr')}"
        shape-rendering="crispEdges"
    >
        <rect class="qr-ground" width="${size}" height="${size}"></rect>
        <path class="qr-dots" d="${path}"></path>
    </svg>`;
}
