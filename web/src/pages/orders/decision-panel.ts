import type { Attempt, DecisionKind, Evidence, OrderHistory } from '../../api/orders';
import { dayAndClock, money, number } from '../../format';
import { html } from '../../html';
import type { Markup, Value } from '../../html';
import { icon } from '../../parts/icon';
import type { Sign } from '../../parts/icon';
import { supplierById } from '../../reference';
import { may } from '../../session';
import { t, wordFor, wordIfKnown } from '../../words';

interface Button {
    kind: DecisionKind;
    label: string;
    sign: Sign;
    means: string | Markup;
    danger?: boolean;
    /** The supplier's number that it already knows. */
    number?: string;
}

function lastUnknown(order: OrderHistory): Attempt | undefined {
    return order.attempts?.findLast((attempt) => attempt.state === 'unknown') ?? order.attempts?.at(-1);
}

/** What sending once more would cost if the supplier has it already. */
export function riskOf(order: OrderHistory): string | undefined {
    const attempt = lastUnknown(order);
    if (!attempt?.estimated_charge) return undefined;
    return money(
        attempt.estimated_charge,
        supplierById(attempt.api_provider_id)?.currency ?? order.provider_currency ?? order.currency,
    );
}

function strongCandidate(order: OrderHistory): string | undefined {
    const strong = (order.evidence ?? []).filter((one) => one.strength === 'strong' && one.supplier_order_id !== null);
    return strong.length === 1 ? (strong[0]?.supplier_order_id ?? undefined) : undefined;
}

const signs: Record<DecisionKind, Sign> = {
    approve: 'check-lg',
    reject: 'slash-circle',
    found: 'check-lg',
    send_again: 'send',
    recheck: 'arrow-repeat',
    cancel: 'slash-circle',
    paid_back: 'arrow-counterclockwise',
    refill: 'droplet-half',
    refresh: 'arrow-repeat',
    resend: 'send',
    status: 'tag',
    archive: 'archive',
};

export function signOf(kind: DecisionKind): Sign {
    return signs[kind];
}

function button(order: OrderHistory, kind: DecisionKind, danger = false): Button {
    const amount = order.total_amount === null ? '' : money(order.total_amount, order.currency);
    return {
        kind,
        label: t(`decide.button_long.${kind}`),
        sign: signs[kind],
        means: wordIfKnown('decide.effect', kind)?.replace('{amount}', amount) ?? '',
        danger,
    };
}

// From the likeliest to the last resort; the first is the primary one.
function buttonsOf(order: OrderHistory): Button[] {
    if (order.phase === 'review') return [button(order, 'approve'), button(order, 'reject', true)];
    if (order.phase === 'notaccepted')
        return [button(order, 'resend'), button(order, 'paid_back'), button(order, 'cancel', true)];
    if (order.phase !== 'uncertain') return [];
    const candidate = strongCandidate(order),
        risk = riskOf(order);
    const found = button(order, 'found');
    return [
        candidate ? { ...found, label: t('decide.found_number', { number: candidate }), number: candidate } : found,
        {
            ...button(order, 'send_again'),
            means: risk
                ? html`${t('decide.risk')} <strong class="loss">${t('decide.risk_twice', { amount: risk })}</strong>`
                : t('decide.risk_unknown_short'),
        },
        button(order, 'cancel', true),
    ];
}

function actionMarkup(one: Button, primary: boolean): Markup {
    const look = primary ? 'btn-primary' : one.danger ? 'btn-danger-quiet' : '';
    return html`<button type="button" class="btn ${look}" data-decide="${one.kind}" data-number="${one.number}">
        ${icon(one.sign, 'small')}${one.label}
    </button>`;
}

function allowed(order: OrderHistory): Button[] {
    return buttonsOf(order).filter(({ kind }) => order.actions.includes(kind));
}

function isPrimary(order: OrderHistory, at: number): boolean {
    return at === 0 && (order.phase !== 'uncertain' || strongCandidate(order) !== undefined);
}

/** The same buttons at the foot of the drawer, where a thumb reaches them. */
export function decisionDock(order: OrderHistory): Markup {
    const buttons = allowed(order);
    return html`${buttons.length > 0 && html`<div class="dock only-phone">${buttons.map((one, i) => actionMarkup(one, isPrimary(order, i)))}</div>`}`;
}

function head(sign: Sign, title: string, lines: Value[], recheck: boolean): Markup {
    return html`<header class="decide-head">
        ${icon(sign)}
        <div class="grow">
            <h3>${title}</h3>
            ${lines.map((line) => line && html`<p>${line}</p>`)}
        </div>
        ${recheck && html`<button type="button" class="btn btn-sm" data-decide="recheck">${icon('arrow-repeat', 'small')}${t('decide.button.recheck')}</button>`}
    </header>`;
}

function milliseconds(from: string, to: string): string {
    return t('ms', { count: number(Math.max(0, Date.parse(to) - Date.parse(from))) });
}

// Solid where we know what happened, dashed where nobody spoke.
function wire(attempt: Attempt): Markup {
    const sent = attempt.sending_at,
        done = attempt.done_at;
    const end = attempt.http_status
        ? t('wire.http', { status: String(attempt.http_status) })
        : attempt.by_restart
          ? t('wire.restart')
          : t('wire.silence');
    return html`<ol class="wire">
        <li><strong>${t('ms', { count: 0 })}</strong><span>${t('wire.prepared')}</span></li>
        ${sent && html`<li class="wire-gap"><strong>${milliseconds(attempt.prepared_at, sent)}</strong><span>${t('wire.sending')}</span></li>`}
        <li class="wire-end"><strong>${done ? milliseconds(attempt.prepared_at, done) : '?'}</strong><span>${end}</span></li>
    </ol>`;
}

function strength(one: Evidence): Markup {
    const bars = one.strength === 'strong' ? 3 : 1;
    return html`<span class="strength"
        >${t(`strength.${one.strength}`)}<span class="strength-bars" aria-hidden="true"
            >${[1, 2, 3].map((bar) => html`<i class="${bar <= bars && 'on'}"></i>`)}</span
        ></span
    >`;
}

const firstLookMs = 120_000; // with time to spare

function evidenceMarkup(all: Evidence[], lost: string | null): Markup {
    const weight = (one: Evidence): number => (one.strength === 'strong' ? 2 : 0) + (one.kind === 'candidate' ? 1 : 0);
    const sorted = [...all].sort((a, b) => weight(b) - weight(a));
    const looked = lost !== null && Date.now() - Date.parse(lost) > firstLookMs;
    const none = t(looked ? 'evidence.nothing' : 'evidence.none');
    if (sorted.length === 0) return html`<p class="evidence-none">${none}</p>`;
    return html`<ul class="evidence">
        ${sorted.map((one) => {
            const title =
                one.supplier_order_id && one.kind === 'candidate'
                    ? t('evidence.candidate_number', { number: one.supplier_order_id })
                    : wordFor('evidence', one.kind);
            return html`<li>
                <strong>${title}</strong>${strength(one)}
                <p>${one.detail}</p>
            </li>`;
        })}
    </ul>`;
}

function suspicion(order: OrderHistory): Markup {
    return html`<ul class="evidence">
        ${order.suspicion_reasons.map(
            (one) =>
                html`<li>
                    <strong>${wordFor('signal', one.signal)}</strong>
                    <span class="strength digits">${t('suspicion.weight', { weight: one.weight })}</span>
                    ${one.detail && html`<p>${one.detail}</p>`}
                </li>`,
        )}
    </ul>`;
}

function actions(order: OrderHistory): Markup {
    const buttons = allowed(order);
    if (buttons.length === 0)
        return html`${!may('manager') && html`<p class="evidence-none">${t('decide.by_manager')}</p>`}`;
    return html`<footer class="decide-actions only-desk">
        ${buttons.map(
            (one, i) =>
                html`${actionMarkup(one, isPrimary(order, i))}
                    <p>${one.means}</p>`,
        )}
    </footer>`;
}

function secondPerson({ send_again_asked: first }: OrderHistory): Value {
    if (!first) return undefined;
    const key = first.own ? 'decide.second_person_own' : 'decide.second_person';
    return html`<strong>${t(key, { actor: first.actor, at: dayAndClock(first.at) })}</strong>`;
}

function whyHeld(reason: string | null): string {
    if (reason === 'quarantine' || reason === 'lost_send' || reason === 'shop_cancelled') return t(`decide.${reason}`);
    return t('decide.review');
}

/** What must be decided about an order, with all that speaks for and against it. Empty when nothing must be. */
export function decisionPanel(order: OrderHistory): Markup {
    if (order.phase === 'uncertain') {
        const attempt = lastUnknown(order);
        const why = wordFor('reason', order.reason ?? 'unproven');
        const lines = [
            html`${why}. ${t('decide.uncertain_promise')}`,
            order.reason_text !== why && html`<span class="quiet small">${order.reason_text}</span>`,
            secondPerson(order),
        ];
        return html`<section class="decide" aria-label="${t('decide.needed')}">
            ${head('question-diamond-fill', t('decide.uncertain'), lines, order.actions.includes('recheck'))}
            ${attempt && wire(attempt)} ${order.evidence && evidenceMarkup(order.evidence, attempt?.done_at ?? null)}
            ${actions(order)}
        </section>`;
    }
    if (order.phase === 'review') {
        const title = whyHeld(order.reason);
        const why = order.reason_text ?? t('decide.review_text', { score: order.suspicion });
        return html`<section class="decide" aria-label="${t('decide.needed')}">
            ${head('hourglass-split', title, [why], false)} ${suspicion(order)} ${actions(order)}
        </section>`;
    }
    if (order.phase === 'notaccepted')
        return html`<section class="decide decide-refused" aria-label="${t('decide.needed')}">
            ${head('x-octagon-fill', t('decide.refused'), [wordFor('reason', order.reason ?? 'none'), order.reason_text ?? ''], false)}
            ${actions(order)}
        </section>`;
    if (order.waits_for)
        return html`<section class="decide decide-quiet">
            ${head('pause-circle', t('waits.title', { supplier: order.waits_for.supplier }), [t(`waits.${order.waits_for.reason}`)], false)}
        </section>`;
    return html``;
}
