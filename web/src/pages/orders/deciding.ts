import { Failure } from '../../api/client';
import { decide } from '../../api/orders';
import type { Decision, DecisionKind, Order, OrderHistory } from '../../api/orders';
import { ago, money } from '../../format';
import { html } from '../../html';
import { confirmed } from '../../parts/dialog';
import type { Field } from '../../parts/field';
import { openFormDialog } from '../../parts/form-dialog';
import { toast, toastFailure } from '../../parts/toast';
import { statusName, statuses } from '../../reference';
import { t, wordFor, wordIfKnown } from '../../words';
import { supplierIds } from './supplier-ids';

export interface Outcome {
    decided: (order: OrderHistory) => void;
    /** Somebody was quicker, and this is what they did. */
    late: (text: string) => void;
}

type Given = Omit<Decision, 'kind' | 'version'>;

function conflictText(failure: Failure): string {
    const { kind, actor, at } = failure.conflict ?? {};
    if (!kind || !actor || !at) return failure.message;
    return t('conflict.who', { actor, kind: wordFor('event', kind), ago: ago(at) });
}

async function send(order: Order, kind: DecisionKind, given: Given, outcome: Outcome): Promise<void> {
    try {
        const fresh = await decide(order.id, { kind, version: order.version, ...given });
        outcome.decided(fresh);
        if (kind === 'send_again' && fresh.phase === 'uncertain')
            toast({ kind: 'note', title: t('decide.second_person'), text: t('decide.second_person_text') });
        else
            toast({ kind: 'done', title: wordIfKnown('decided', kind) ?? t('decided'), text: `№ ${order.wp_order_number}` });
    } catch (error) {
        if (!(error instanceof Failure) || error.status !== 409) throw error;
        outcome.late(conflictText(error));
    }
}

const note = (): Field => ({
    name: 'note',
    label: t('decide.note'),
    kind: 'area',
    longest: 500,
    rows: 2,
    help: t('decide.note_help'),
});

/** The fields that a decision takes beside a note. */
async function fieldsOf(kind: DecisionKind, order: Order, preset: Given): Promise<Field[]> {
    switch (kind) {
        case 'found':
            return [
                {
                    name: 'supplier_order_number',
                    label: t('decide.supplier_number'),
                    kind: 'text',
                    required: true,
                    longest: 20,
                    value: preset.supplier_order_number ?? '',
                    help: t('decide.supplier_number_help'),
                    mono: true,
                },
            ];
        case 'resend':
            return [
                {
                    name: 'supplier_id',
                    label: t('decide.supplier_id'),
                    kind: 'text',
                    longest: 64,
                    placeholder: order.supplier_id ?? '',
                    suggestions: await supplierIds(),
                    half: true,
                    help: t('decide.supplier_id_help'),
                },
                {
                    name: 'supplier_service_id',
                    label: t('decide.service_id'),
                    kind: 'text',
                    longest: 64,
                    placeholder: order.supplier_service_id ?? '',
                    half: true,
                    help: t('decide.elsewhere'),
                },
            ];
        case 'status':
            return [
                {
                    name: 'status',
                    label: t('order.status'),
                    kind: 'select',
                    value: order.status,
                    choices: statuses().map(({ status_value }) => ({
                        value: status_value,
                        label: statusName(status_value),
                    })),
                    help: t('decide.status_help'),
                },
            ];
        default:
            return [];
    }
}

/** What a decision means, in a sentence. */
function meaning(kind: DecisionKind, order: Order): string {
    const amount = order.total_amount === null ? '' : money(order.total_amount, order.currency);
    return (
        wordIfKnown('decide.means', kind === 'cancel' && order.phase === 'executing' ? 'cancel_executing' : kind)?.replace(
            '{amount}',
            amount,
        ) ?? ''
    );
}

const dangerous: readonly DecisionKind[] = ['reject', 'cancel', 'send_again'];
const atOnce: readonly DecisionKind[] = ['approve', 'recheck', 'refill', 'refresh', 'archive'];

function titleOf(kind: DecisionKind, order: Order): string {
    return t(`decide.title.${kind}`, { number: order.wp_order_number });
}

async function sendAgain(order: Order, risk: string | undefined, outcome: Outcome): Promise<void> {
    const sure = await confirmed({
        title: titleOf('send_again', order),
        text: html`<p>${risk ? t('decide.risk_text', { amount: risk }) : t('decide.risk_unknown')}</p>
            <p>${t('decide.look_first')}</p>`,
        yes: t('decide.button.send_again'),
        no: t('decide.do_not_send'),
        danger: true,
        typed: { label: t('decide.type_number', { number: order.wp_order_number }), value: order.wp_order_number },
    });
    if (!sure) return;
    try {
        await send(order, 'send_again', { confirm: true }, outcome);
    } catch (error) {
        toastFailure(t('decide.failed'), error);
    }
}

/** Carries a decision out, after what must be asked first. */
export async function decideOn(
    order: Order,
    kind: DecisionKind,
    outcome: Outcome,
    preset: Given = {},
    risk?: string,
): Promise<void> {
    if (kind === 'send_again') return sendAgain(order, risk, outcome);
    if (atOnce.includes(kind)) {
        try {
            await send(order, kind, kind === 'archive' ? { archive: !order.is_archive } : preset, outcome);
        } catch (error) {
            toastFailure(t('decide.failed'), error);
        }
        return;
    }
    openFormDialog({
        title: titleOf(kind, order),
        before: html`<p class="dialog-text">${meaning(kind, order)}</p>`,
        parts: [...(await fieldsOf(kind, order, preset)), note()],
        submit: t(`decide.button.${kind}`),
        danger: dangerous.includes(kind),
        act: (values) =>
            send(order, kind, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')), outcome),
    });
}
