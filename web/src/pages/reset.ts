import { resetPassword } from '../api/session';
import { fill, html, part } from '../html';
import { bindForm, formMarkup } from '../parts/form';
import type { FormPart } from '../parts/form';
import { emptyState } from '../parts/states';
import type { PageModule } from '../router';
import { alone } from '../shell/alone';
import { t } from '../words';

const shortestPassword = 8;

/** `/reset#token`: a new password by a link that an administrator gave. Behind the `#` the token is in no log. */
export const page: PageModule = {
    open({ root }) {
        document.title = `${t('reset.title')} · SMG CRM`;
        const card = alone(root, t('reset.title'), t('reset.lead'));
        const token = location.hash.slice(1);
        const parts: FormPart[] = [
            {
                name: 'password',
                label: t('password.new'),
                kind: 'password',
                required: true,
                autocomplete: 'new-password',
                help: t('password.rule', { count: shortestPassword }),
            },
        ];
        fill(
            card,
            html`<form novalidate>
                ${formMarkup(parts)}<button type="submit" class="btn btn-primary btn-lg btn-whole">
                    ${t('reset.submit')}
                </button>
            </form>`,
        );
        bindForm(part(card, 'form'), parts, async (values) => {
            await resetPassword(token, String(values.password));
            history.replaceState(null, '', '/');
            fill(
                card,
                emptyState('check-circle-fill', t('reset.done'), t('reset.done_text'), {
                    label: t('sign_in.submit'),
                    href: '/',
                }),
            );
        });
        part<HTMLInputElement>(card, 'input').focus();
        return {};
    },
};
