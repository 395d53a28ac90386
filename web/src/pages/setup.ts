import { listCurrencies } from '../api/currencies';
import { Failure } from '../api/client';
import { changeSettings } from '../api/settings';
import { setUp, setupNeeded } from '../api/session';
import { addSite, addSiteToken } from '../api/sites';
import { addMapping, addSupplier, testSupplier } from '../api/suppliers';
import type { Supplier, SupplierChange } from '../api/suppliers';
import { fill, html, part } from '../html';
import type { Markup } from '../html';
import { shownOnce } from '../parts/copy';
import { bindForm, formMarkup } from '../parts/form';
import type { FormPart, Values } from '../parts/form';
import { icon } from '../parts/icon';
import { emptyState } from '../parts/states';
import { go } from '../router';
import type { PageModule } from '../router';
import { begin, current, may } from '../session';
import { alone } from '../shell/alone';
import { language, t, wordIfKnown } from '../words';
import { siteChange } from './sites';
import { firstFields } from './suppliers/fields';

const shortestPassword = 8;
const steps = ['account', 'site', 'supplier', 'telegram'] as const;
type Step = (typeof steps)[number];

function stepList(now: Step): Markup {
    const at = steps.indexOf(now);
    return html`<ol class="wizard-steps" aria-label="${t('setup.steps')}">
        ${steps.map((step, i) => {
            const look = i < at ? 'step-done' : i === at && 'step-now';
            const sign = i < at ? icon('check-lg', 'tiny') : i + 1;
            return html`<li class="${look}" aria-current="${i === at ? 'step' : 'false'}">
                <span class="step-number">${sign}</span>${t(`setup.${step}`)}
            </li>`;
        })}
    </ol>`;
}

/** `/setup#token`: the first account, and what it takes until the first order comes. */
class Setup {
    readonly #card: HTMLElement;

    constructor(card: HTMLElement) {
        this.#card = card;
    }

    #show(
        step: Step,
        lead: string,
        parts: readonly FormPart[],
        submit: string,
        act: (values: Values) => Promise<void>,
        skip?: Step | 'end',
    ): void {
        fill(
            this.#card,
            html`${stepList(step)}
                <p class="wizard-lead">${lead}</p>
                <form novalidate>
                    ${formMarkup(parts)}
                    <div class="wizard-foot">
                        ${skip && html`<button type="button" class="btn btn-ghost" data-skip>${t('setup.skip')}</button>`}
                        <span class="grow"></span><button type="submit" class="btn btn-primary">${submit}</button>
                    </div>
                </form>`,
        );
        const form = part<HTMLFormElement>(this.#card, 'form');
        bindForm(form, parts, act);
        this.#card.querySelector('[data-skip]')?.addEventListener('click', () => this.go(skip ?? 'end'));
        form.querySelector<HTMLElement>('input:not([hidden])')?.focus();
    }

    go(step: Step | 'end'): void {
        if (step === 'account') this.#account();
        else if (step === 'site') void this.#site();
        else if (step === 'supplier') this.#supplier();
        else if (step === 'telegram') this.#telegram();
        else void go('/order');
    }

    #account(): void {
        const token = location.hash.slice(1);
        const parts: FormPart[] = [
            {
                name: 'token',
                label: t('setup.token'),
                kind: 'text',
                required: true,
                value: token,
                help: t('setup.token_help'),
                mono: true,
            },
            { name: 'name', label: t('user.name'), kind: 'text', required: true, longest: 255, autocomplete: 'name' },
            {
                name: 'email',
                label: t('sign_in.email'),
                kind: 'email',
                required: true,
                longest: 255,
                autocomplete: 'username',
            },
            {
                name: 'password',
                label: t('sign_in.password'),
                kind: 'password',
                required: true,
                autocomplete: 'new-password',
                help: t('password.rule', { count: shortestPassword }),
            },
        ];
        this.#show('account', t('setup.account_lead'), parts, t('setup.account_make'), async (values) => {
            const session = await setUp({
                token: String(values.token),
                name: String(values.name),
                email: String(values.email),
                password: String(values.password),
                locale: language(),
            });
            // The token has done its work: it stays in no history.
            history.replaceState(null, '', '/setup');
            await begin(session);
            this.go('site');
        });
    }

    async #site(): Promise<void> {
        const currencies = await listCurrencies().catch(() => []);
        const parts: FormPart[] = [
            { name: 'name', label: t('site.name'), kind: 'text', required: true, longest: 255 },
            { name: 'url', label: t('site.url'), kind: 'url', required: true, placeholder: 'https://shop.example' },
            {
                name: 'currency_id',
                label: t('site.currency'),
                kind: 'select',
                choices: currencies.map(({ id, code, name }) => ({ value: String(id), label: `${code} · ${name}` })),
            },
        ];
        this.#show(
            'site',
            t('setup.site_lead'),
            parts,
            t('site.add'),
            async (values) => {
                const site = await addSite(siteChange(values));
                const { token } = await addSiteToken(site.id, 'WordPress');
                fill(
                    this.#card,
                    html`${stepList('site')}
                        <h2>${t('token.made', { site: site.name })}</h2>
                        <p class="wizard-lead">${t('token.once')} ${t('token.where')}</p>
                        ${shownOnce(token)}
                        <div class="wizard-foot">
                            <span class="grow"></span
                            ><button type="button" class="btn btn-primary" data-next>${t('token.kept')}</button>
                        </div>`,
                );
                part(this.#card, '[data-next]').addEventListener('click', () => this.go('supplier'));
            },
            'supplier',
        );
    }

    #supplier(): void {
        const parts: FormPart[] = [
            ...firstFields(),
            { name: 'supplier_id', label: t('supplier.for_id'), kind: 'text', longest: 64, help: t('supplier.for_id_help') },
        ];
        this.#show(
            'supplier',
            t('setup.supplier_lead'),
            parts,
            t('setup.supplier_add'),
            async ({ supplier_id, ...values }) => {
                const supplier = await addSupplier(values as SupplierChange);
                if (supplier_id) await addMapping({ supplier_id: String(supplier_id), provider_id: supplier.id });
                await this.#test(supplier);
            },
            'telegram',
        );
    }

    async #test(supplier: Supplier): Promise<void> {
        fill(
            this.#card,
            html`${stepList('supplier')}${emptyState('wifi', t('supplier.testing', { name: supplier.name }), '')}`,
        );
        const found = await testSupplier(supplier.id).catch((error: unknown) => {
            if (!(error instanceof Failure)) throw error;
            return { works: false, reason: 'unreachable', message: error.message };
        });
        fill(
            this.#card,
            html`${stepList('supplier')}
                <div class="${found.works ? 'verdict verdict-good' : 'verdict verdict-bad'}" role="status">
                    ${icon(found.works ? 'check-circle-fill' : 'x-octagon-fill')}
                    <div>
                        <h2>
                            ${found.works ? t('supplier.works', { name: supplier.name }) : t('supplier.works_not', { name: supplier.name })}
                        </h2>
                        <p>${wordIfKnown('findings', found.reason) ?? found.message}</p>
                    </div>
                </div>
                <div class="wizard-foot">
                    ${!found.works && html`<button type="button" class="btn" data-again>${t('supplier.test')}</button>`}
                    <span class="grow"></span><button type="button" class="btn btn-primary" data-next>${t('next')}</button>
                </div>`,
        );
        this.#card.querySelector('[data-again]')?.addEventListener('click', () => void this.#test(supplier));
        part(this.#card, '[data-next]').addEventListener('click', () => this.go('telegram'));
    }

    #telegram(): void {
        const parts: FormPart[] = [
            {
                name: 'telegram.token',
                label: t('setting.telegram.token'),
                kind: 'secret',
                required: true,
                help: t('setup.telegram_token_help'),
            },
            {
                name: 'telegram.chat_id',
                label: t('setting.telegram.chat_id'),
                kind: 'text',
                required: true,
                help: t('setup.telegram_chat_help'),
            },
        ];
        this.#show(
            'telegram',
            t('setup.telegram_lead'),
            parts,
            t('setup.finish'),
            async (values) => {
                await changeSettings(Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])));
                this.go('end');
            },
            'end',
        );
    }
}

export const page: PageModule = {
    async open({ root }) {
        document.title = `${t('setup.title')} · SMG CRM`;
        const card = alone(root, t('setup.title'), t('setup.lead'), true);
        const wizard = new Setup(card);
        if (current()) {
            if (may('admin')) wizard.go('site');
            else void go('/order');
            return {};
        }
        if (await setupNeeded()) wizard.go('account');
        else
            fill(
                card,
                emptyState('check-circle-fill', t('setup.done'), t('setup.done_text'), {
                    label: t('sign_in.submit'),
                    href: '/',
                }),
            );
        return {};
    },
};
