import type { Session } from '../api/session';
import { html, part } from '../html';
import { openDialog } from '../parts/dialog';
import { account, begin, current } from '../session';
import { t } from '../words';
import { showSignIn } from './sign-in-form';

let asking: Promise<boolean> | undefined;

/** A session ended while somebody works: they sign in over the page, and nothing that they typed is lost. */
export function signInAgain(otherPerson: () => void): Promise<boolean> {
    if (!current()) return Promise.resolve(false);
    asking ??= ask(otherPerson).finally(() => (asking = undefined));
    return asking;
}

function ask(otherPerson: () => void): Promise<boolean> {
    return new Promise((resolve) => {
        const { id, email } = account();
        let signedIn = false;
        const dialog = openDialog({
            title: t('session.over'),
            body: html`<p class="dialog-text">${t('session.over_text')}</p>
                <div class="again"></div>`,
            stays: true,
            closed: () => resolve(signedIn),
        });
        showSignIn({
            room: part(dialog.root, '.again'),
            email,
            done: async (session: Session) => {
                await begin(session);
                signedIn = session.user.id === id;
                dialog.close();
                // The page shows what the other person may see: it begins anew.
                if (!signedIn) otherPerson();
            },
        });
    });
}
