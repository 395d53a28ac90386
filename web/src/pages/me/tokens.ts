import { addToken, myTokens, revokeToken } from '../../api/me';
import type { PersonalToken } from '../../api/me';
import { Failure } from '../../api/client';
import { ago, day, startOfDay } from '../../format';
import { fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { card } from '../../parts/card';
import { shownOnce } from '../../parts/copy';
import { confirmed, openDialog } from '../../parts/dialog';
import { openFormDialog } from '../../parts/form-dialog';
import { icon } from '../../parts/icon';
import { errorState, skeletonLines } from '../../parts/states';
import { toastFailure } from '../../parts/toast';
import { t } from '../../words';

const scopes = ['read', 'write'] as const;

function row(token: PersonalToken): Markup {
    const facts = [
        t(`token.scope.${token.scope}`),
        token.last_used_at ? t('token.used', { ago: ago(token.last_used_at) }) : t('token.unused'),
        token.expires_at ? t('token.until', { at: day(token.expires_at) }) : t('token.for_good'),
    ];
    return html`<li>
        ${icon('key', 'small')}<span class="grow"><strong>${token.name}</strong><small>${facts.join(' · ')}</small></span>
        <button type="button" class="btn btn-sm btn-danger-quiet" data-revoke="${token.id}">${t('token.revoke')}</button>
    </li>`;
}

function add(done: () => Promise<void>): void {
    openFormDialog({
        title: t('token.add'),
        parts: [
            {
                name: 'name',
                label: t('token.name'),
                kind: 'text',
                required: true,
                longest: 255,
                help: t('my_token.name_help'),
            },
            {
                name: 'scope',
                label: t('token.scope'),
                kind: 'select',
                choices: scopes.map((value) => ({ value, label: t(`token.scope.${value}`) })),
                half: true,
            },
            { name: 'expires_at', label: t('token.expires'), kind: 'date', half: true },
        ],
        submit: t('token.add'),
        act: async ({ name, scope, expires_at }) => {
            const made = await addToken({
                name: String(name),
                scope: scope as PersonalToken['scope'],
                ...(expires_at ? { expires_at: startOfDay(String(expires_at), 1) } : {}),
            });
            await done();
            const dialog = openDialog({
                title: t('token.made', { site: made.name }),
                body: html`<p class="dialog-text">${t('token.once')}</p>
                    ${shownOnce(made.token)}`,
                footer: html`<button type="button" class="btn btn-primary" data-done>${t('token.kept')}</button>`,
                stays: true,
            });
            part(dialog.root, '[data-done]').addEventListener('click', () => dialog.close());
        },
    });
}

/** Tokens by which programs act for this person. */
export function tokensCard(): HTMLElement {
    const root = card(
        t('my_tokens'),
        t('my_tokens.lead'),
        html`<ul class="things"></ul>
            <footer class="card-foot">
                <button type="button" class="btn" data-add>${icon('plus-lg', 'small')}${t('token.add')}</button>
                <a class="btn" href="/api/docs" target="_blank" rel="noopener">${t('my_tokens.docs')}</a>
            </footer>`,
    );
    const room = part(root, '.things');
    const read = async (): Promise<void> => {
        try {
            const tokens = await myTokens();
            fill(room, tokens.length > 0 ? html`${tokens.map(row)}` : html`<li class="quiet">${t('my_tokens.none')}</li>`);
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            fill(room, errorState(t('tokens.failed'), error.message));
        }
    };
    const revoke = async (id: number): Promise<void> => {
        if (
            !(await confirmed({
                title: t('token.revoke_title'),
                text: t('my_token.revoke_text'),
                yes: t('token.revoke'),
                danger: true,
            }))
        )
            return;
        try {
            await revokeToken(id);
            await read();
        } catch (error) {
            toastFailure(t('token.not_revoked'), error);
        }
    };
    root.addEventListener('click', (event) => {
        const target = event.target as Element,
            id = target.closest<HTMLElement>('[data-revoke]')?.dataset.revoke;
        if (id) void revoke(Number(id));
        if (target.closest('[data-add]')) add(read);
        if (target.closest('[data-action="retry"]')) void read();
    });
    fill(room, skeletonLines(2));
    void read();
    return root;
}
