import { onConnection } from '../api/connection';
import { element, html } from '../html';
import { icon } from '../parts/icon';
import { t } from '../words';

/** Says that the server does not answer, for as long as it does not. */
export function watchConnection(back: () => void): void {
    let banner: HTMLElement | undefined;
    onConnection((up) => {
        banner?.remove();
        banner = undefined;
        if (up) return back();
        const shown = element(
            html`<div class="banner" role="alert">${icon('cloud-slash', 'small')}<span>${t('connection.lost')}</span></div>`,
        );
        document.body.prepend(shown);
        banner = shown;
    });
}
