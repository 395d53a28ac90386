import { Failure } from '../api/client';
import { addEmailRule, listEmailRules, removeEmailRule } from '../api/email-rules';
import type { EmailRule, RuleKind, RuleVerdict } from '../api/email-rules';
import { day } from '../format';
import { element, fill, html, part } from '../html';
import type { Markup } from '../html';
import { confirmed } from '../parts/dialog';
import { openFormDialog } from '../parts/form-dialog';
import { icon } from '../parts/icon';
import { emptyState, errorState, skeletonLines } from '../parts/states';
import { toastFailure } from '../parts/toast';
import { t, wordFor } from '../words';

const verdicts: RuleVerdict[] = ['hold', 'pass'];
const kinds: RuleKind[] = ['address', 'domain', 'pattern'];

function row(rule: EmailRule): Markup {
    return html`<tr>
        <td class="break">
            <strong>${rule.value}</strong>${rule.note && html`<span class="line second">${rule.note}</span>`}
        </td>
        <td>${wordFor('email_rule.kind', rule.kind)}</td>
        <td>
            <span class="${rule.verdict === 'hold' ? 'loss' : 'gain'}">${wordFor('email_rule.verdict', rule.verdict)}</span>
        </td>
        <td class="quiet">${day(rule.created_at)}</td>
        <td class="end">
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square"
                data-remove="${rule.id}"
                title="${t('delete')}"
                aria-label="${t('email_rules.remove', { value: rule.value })}"
            >
                ${icon('trash', 'small')}
            </button>
        </td>
    </tr>`;
}

function table(rules: EmailRule[]): Markup {
    if (rules.length === 0) return emptyState('shield-check', t('email_rules.none'), t('email_rules.none_text'));
    return html`<div class="table-room" tabindex="0" role="region" aria-label="${t('email_rules')}">
        <table class="plain-table rules-table">
            <thead>
                <tr>
                    <th scope="col">${t('email_rules.value')}</th>
                    <th scope="col">${t('email_rules.kind')}</th>
                    <th scope="col">${t('email_rules.verdict')}</th>
                    <th scope="col">${t('email_rules.since')}</th>
                    <th scope="col"><span class="visually-hidden">${t('delete')}</span></th>
                </tr>
            </thead>
            <tbody>
                ${rules.map(row)}
            </tbody>
        </table>
    </div>`;
}

/** The addresses whose orders are held or let pass, as a card of the settings. */
export class EmailRules {
    readonly root = element(
        html`<section class="card-box" id="email-rules">
            <header class="card-head">
                <div class="card-line">
                    <h2 class="grow">${t('email_rules')}</h2>
                    <button type="button" class="btn btn-sm" data-add>
                        ${icon('plus-lg', 'small')}<span>${t('email_rules.add')}</span>
                    </button>
                </div>
                <p>${t('email_rules.lead')}</p>
            </header>
            <div class="card-inside rules-room"></div>
        </section>`,
    );
    #rules: EmailRule[] = [];

    constructor() {
        this.root.addEventListener('click', (event) => {
            const target = event.target as Element;
            if (target.closest('[data-action="retry"]')) void this.read();
            if (target.closest('[data-add]')) this.#add();
            const id = target.closest<HTMLElement>('[data-remove]')?.dataset.remove;
            if (id) void this.#remove(Number(id));
        });
    }

    async read(): Promise<void> {
        const room = part(this.root, '.rules-room');
        fill(room, skeletonLines(3));
        try {
            this.#rules = await listEmailRules();
            this.#show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            fill(room, errorState(t('email_rules.failed'), error.message));
        }
    }

    #show(): void {
        fill(part(this.root, '.rules-room'), table(this.#rules));
    }

    #add(): void {
        openFormDialog({
            title: t('email_rules.add'),
            parts: [
                {
                    name: 'verdict',
                    label: t('email_rules.verdict'),
                    kind: 'select',
                    choices: verdicts.map((value) => ({ value, label: wordFor('email_rule.verdict', value) })),
                    half: true,
                },
                {
                    name: 'kind',
                    label: t('email_rules.kind'),
                    kind: 'select',
                    choices: kinds.map((value) => ({ value, label: wordFor('email_rule.kind', value) })),
                    half: true,
                },
                {
                    name: 'value',
                    label: t('email_rules.value'),
                    kind: 'text',
                    required: true,
                    longest: 191,
                    help: t('email_rules.value_help'),
                },
                { name: 'note', label: t('email_rules.note'), kind: 'text', longest: 255 },
            ],
            submit: t('email_rules.add'),
            act: async (values) => {
                const note = String(values.note).trim();
                const rule = await addEmailRule({
                    verdict: values.verdict as RuleVerdict,
                    kind: values.kind as RuleKind,
                    value: String(values.value),
                    note: note === '' ? null : note,
                });
                this.#rules = [rule, ...this.#rules];
                this.#show();
            },
        });
    }

    async #remove(id: number): Promise<void> {
        const rule = this.#rules.find((one) => one.id === id);
        if (
            !rule ||
            !(await confirmed({
                title: t('email_rules.remove', { value: rule.value }),
                text: t('email_rules.remove_text'),
                yes: t('delete'),
                danger: true,
            }))
        )
            return;
        try {
            await removeEmailRule(id);
            this.#rules = this.#rules.filter((one) => one !== rule);
            this.#show();
        } catch (error) {
            toastFailure(t('email_rules.not_removed'), error);
        }
    }
}
