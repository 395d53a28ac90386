import { beginTotp, confirmTotp, endTotp, newRecoveryCodes } from '../../api/me';
import { fill, html, part } from '../../html';
import { card } from '../../parts/card';
import { shownOnce } from '../../parts/copy';
import { openDialog } from '../../parts/dialog';
import type { Field } from '../../parts/field';
import { openFormDialog } from '../../parts/form-dialog';
import { icon } from '../../parts/icon';
import { state } from '../../parts/list-page';
import { qrCode } from '../../parts/qr';
import { account } from '../../session';
import { t } from '../../words';

const password = (): Field => ({
    name: 'current_password',
    label: t('password.current'),
    kind: 'password',
    required: true,
    autocomplete: 'current-password',
});

function showCodes(codes: string[], done: () => void): void {
    const dialog = openDialog({
        title: t('recovery.title'),
        body: html`<p class="dialog-text">${t('recovery.text')}</p>
            <ol class="recovery">
                ${codes.map((code) => html`<li class="mono">${code}</li>`)}
            </ol>
            ${shownOnce(codes.join('\n'))}`,
        footer: html`<button type="button" class="btn btn-primary" data-done>${t('recovery.kept')}</button>`,
        stays: true,
        closed: done,
    });
    part(dialog.root, '[data-done]').addEventListener('click', () => dialog.close());
}

function turnOn(done: () => void): void {
    openFormDialog({
        title: t('totp.turn_on'),
        before: html`<p class="dialog-text">${t('totp.what')}</p>`,
        parts: [password()],
        submit: t('next'),
        act: async (values) => {
            const { secret, uri } = await beginTotp(String(values.current_password));
            openFormDialog({
                title: t('totp.scan'),
                before: html`<p class="dialog-text">${t('totp.scan_text')}</p>
                    <div class="qr-box">${qrCode(uri)}</div>
                    <p class="quiet">${t('totp.by_hand')}</p>
                    ${shownOnce(secret)}`,
                parts: [
                    {
                        name: 'code',
                        label: t('totp.code'),
                        kind: 'text',
                        required: true,
                        longest: 6,
                        autocomplete: 'one-time-code',
                        mono: true,
                    },
                ],
                submit: t('totp.confirm'),
                act: async ({ code }) => showCodes(await confirmTotp(String(code)), done),
            });
        },
    });
}

function turnOff(done: () => void): void {
    openFormDialog({
        title: t('totp.turn_off'),
        before: html`<p class="dialog-text">${t('totp.turn_off_text')}</p>`,
        parts: [password()],
        submit: t('totp.turn_off'),
        danger: true,
        act: async (values) => {
            await endTotp(String(values.current_password));
            done();
        },
    });
}

function codesAnew(): void {
    openFormDialog({
        title: t('recovery.anew'),
        before: html`<p class="dialog-text">${t('recovery.anew_text')}</p>`,
        parts: [password()],
        submit: t('recovery.anew'),
        act: async (values) => showCodes(await newRecoveryCodes(String(values.current_password)), () => undefined),
    });
}

/** The second factor: `changed` reads the account anew. */
export function totpCard(changed: () => Promise<void>): HTMLElement {
    const root = card(t('totp'), t('totp.lead_card'), html``);
    const show = (): void => {
        const on = account().totp_enabled;
        fill(
            part(root, '.card-inside'),
            html`<div class="card-line">
                ${on ? state('good', t('totp.is_on')) : state('none', t('totp.is_off'))}<span class="grow"></span>
                ${
                    on
                        ? html`<button type="button" class="btn" data-totp="codes">
                                  ${icon('key', 'small')}${t('recovery.anew')}</button
                              ><button type="button" class="btn btn-danger-quiet" data-totp="off">
                                  ${t('totp.turn_off')}
                              </button>`
                        : html`<button type="button" class="btn btn-primary" data-totp="on">
                              ${icon('shield-check', 'small')}${t('totp.turn_on')}
                          </button>`
                }
            </div>`,
        );
    };
    const done = (): void => void changed().then(show);
    root.addEventListener('click', (event) => {
        const what = (event.target as Element).closest<HTMLElement>('[data-totp]')?.dataset.totp;
        if (what === 'on') turnOn(done);
        if (what === 'off') turnOff(done);
        if (what === 'codes') codesAnew();
    });
    show();
    return root;
}
