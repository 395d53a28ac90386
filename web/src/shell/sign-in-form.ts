import { isHalf, secondFactor, signIn } from '../api/session';
import type { Session } from '../api/session';
import { Failure } from '../api/client';
import { fill, html, part } from '../html';
import { bindForm, clearErrors, formMarkup, showErrors } from '../parts/form';
import type { FormPart } from '../parts/form';
import { icon } from '../parts/icon';
import { t } from '../words';

interface SignIn {
    room: HTMLElement;
    /** Known already, when a session has ended over an open page. */
    email?: string;
    done: (session: Session) => Promise<void>;
    /** Tells that the second factor is asked for. */
    half?: (is: boolean) => void;
}

/** E-mail and password, then the second factor where it is on. */
export function showSignIn(given: SignIn): void {
    given.half?.(false);
    const parts: FormPart[] = [
        {
            name: 'email',
            label: t('sign_in.email'),
            kind: 'email',
            required: true,
            autocomplete: 'username',
            value: given.email ?? '',
        },
        {
            name: 'password',
            label: t('sign_in.password'),
            kind: 'password',
            required: true,
            autocomplete: 'current-password',
        },
    ];
    fill(
        given.room,
        html`<form class="sign-in" novalidate>
            ${formMarkup(parts)}<button type="submit" class="btn btn-primary btn-lg btn-whole">
                ${t('sign_in.submit')}
            </button>
        </form>`,
    );
    const form = part<HTMLFormElement>(given.room, 'form');
    addEye(form);
    bindForm(form, parts, async (values) => {
        const answer = await signIn(String(values.email), String(values.password));
        if (isHalf(answer)) showSecondFactor(given);
        else await given.done(answer);
    });
    part<HTMLInputElement>(form, given.email ? '[name=password]' : '[name=email]').focus();
}

function addEye(form: HTMLElement): void {
    const input = part<HTMLInputElement>(form, '[name=password]');
    const box = document.createElement('div');
    box.className = 'with-eye';
    input.replaceWith(box);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-ghost btn-sm btn-square';
    box.append(input, button);
    const show = (seen: boolean): void => {
        input.type = seen ? 'text' : 'password';
        button.ariaLabel = t(seen ? 'password.hide' : 'password.show');
        fill(button, icon(seen ? 'eye-slash' : 'eye', 'small'));
    };
    button.addEventListener('click', () => show(input.type === 'password'));
    show(false);
}

const digits = 6;

function showSecondFactor(given: SignIn): void {
    given.half?.(true);
    fill(
        given.room,
        html`<form class="sign-in" novalidate>
            <div class="form-error" role="alert" hidden></div>
            <div class="field" data-field="code">
                <label class="field-label" for="totp">${t('totp.code')}</label>
                <input
                    class="form-control totp-input"
                    id="totp"
                    name="code"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    maxlength="40"
                    required
                />
                <div class="field-help">${t('totp.by_itself')}</div>
            </div>
            <button type="submit" class="btn btn-primary btn-lg btn-whole">${t('totp.submit')}</button>
            <p class="sign-in-note">${t('totp.recovery')}</p>
            <button type="button" class="btn btn-ghost btn-whole" data-other>${t('totp.other')}</button>
        </form>`,
    );
    const form = part<HTMLFormElement>(given.room, 'form'),
        input = part<HTMLInputElement>(form, 'input');
    let sending = false;
    const send = async (): Promise<void> => {
        if (sending || input.value.trim() === '') return;
        sending = true;
        clearErrors(form);
        try {
            await given.done(await secondFactor(input.value.trim()));
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            if (error.status === 401) return showSignIn(given);
            showErrors(form, error.errors, error.message);
            input.select();
        } finally {
            sending = false;
        }
    };
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        void send();
    });
    input.addEventListener('input', () => {
        if (new RegExp(`^\\d{${digits}}$`).test(input.value.trim())) void send();
    });
    part(form, '[data-other]').addEventListener('click', () => showSignIn(given));
    input.focus();
}
