import { setupNeeded } from '../api/session';
import { enter } from '../entrance';
import { fill, html, part } from '../html';
import type { PageModule } from '../router';
import { alone } from '../shell/alone';
import { showSignIn } from '../shell/sign-in-form';
import { t } from '../words';

/** `/`, and every other page for as long as nobody is signed in. */
export const page: PageModule = {
    open({ root }) {
        const wanted = location.pathname === '/' ? '/order' : location.pathname + location.search;
        document.title = `${t('sign_in.title')} · SMG CRM`;
        const card = alone(root, t('sign_in.title'), location.host);
        const note = html`<p class="alone-note">${t('sign_in.forgotten')}</p>`;
        showSignIn({
            room: card,
            done: (session) => enter(session, wanted),
            half: (is) => {
                part(root, 'h1').textContent = is ? t('totp.title') : t('sign_in.title');
                part(root, '.alone-lead').textContent = is ? t('totp.lead') : location.host;
                fill(part(root, '.alone-below'), is ? html`` : note);
            },
        });
        void setupNeeded().then(
            (needed) =>
                needed && fill(part(root, '.alone-below'), html`<p class="alone-note">${t('sign_in.new_installation')}</p>`),
            () => undefined,
        );
        return {};
    },
};
