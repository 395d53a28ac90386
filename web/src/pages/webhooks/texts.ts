import type { WebhookChange } from '../../api/webhooks';
import type { Values } from '../../parts/form';
import { wordIfKnown } from '../../words';

export function changeOf(values: Values): WebhookChange {
    const { site_id, ...rest } = values;
    return {
        ...(rest as WebhookChange),
        ...(site_id !== undefined ? { site_id: site_id === '' ? null : Number(site_id) } : {}),
    };
}

/** A payload in lines; what is no JSON stays as it is. */
export function readable(payload: string): string {
    try {
        return JSON.stringify(JSON.parse(payload), null, 2);
    } catch {
        return payload;
    }
}

/** `timeout: …` in our words; what we do not know stays as it is. */
export function errorOf(error: string): string {
    return wordIfKnown('webhook_error', error.split(':')[0] ?? '') ?? error;
}
