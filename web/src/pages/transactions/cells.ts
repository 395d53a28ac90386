import type { Transaction } from '../../api/wallets';
import { dayAndClock, money, shortMoment } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import type { Column } from '../../parts/list/columns';
import { queryString } from '../../query';
import { siteById, sites } from '../../reference';
import { t, wordIfKnown } from '../../words';

const nothing: Markup = html`<span class="nothing">—</span>`;

type Sum = Pick<Transaction, 'amount' | 'currency' | 'state' | 'asked_amount' | 'site_id'>;

// The shop says which only when it is done.
const currencyOf = ({ currency, site_id }: Pick<Sum, 'currency' | 'site_id'>): string =>
    currency ?? (site_id === null ? undefined : siteById(site_id)?.currency) ?? '';

/** What it changed, with its sign; of one that is not done what was asked for. */
export function amountMarkup(sum: Sum): Markup {
    const { amount, state, asked_amount } = sum;
    const currency = currencyOf(sum);
    if (state !== 'done')
        return html`<span class="line quiet">${asked_amount === null ? '—' : money(asked_amount, currency)}</span>`;
    const down = amount.startsWith('-');
    return html`<span class="line strong ${down ? 'loss' : 'gain'}">${!down && '+'}${money(amount, currency)}</span>`;
}

/** Why it is not done. */
export function stateMarkup({ state, code, error }: Transaction): Markup {
    if (state === 'done') return html`<span class="quiet">${t('transaction_state.done')}</span>`;
    if (state === 'asked')
        return html`<span class="dot-state" title="${error ?? t('wallet.asked_text')}"
            >${icon('hourglass-split', 'small')}${t('transaction_state.asked')}</span
        >`;
    const why = code === null ? (error ?? '') : (wordIfKnown('wallet_code', code) ?? error ?? code);
    return html`<span class="lines loss" title="${error ?? ''}"
        ><span class="line">${t('transaction_state.refused')}</span><span class="two-lines">${why}</span></span
    >`;
}

function clientCell({ email, site_id, wp_user_id }: Transaction): Markup {
    const number = `№ ${wp_user_id}`;
    const address =
        site_id !== null &&
        siteById(site_id) &&
        `/balance${queryString({ site_id: String(site_id), user_id: String(wp_user_id) })}`;
    const name = email === '' ? number : email;
    return html`<span class="lines"
        >${
            address
                ? html`<a class="line strong" href="${address}" title="${name}">${name}</a>`
                : html`<span class="line strong" title="${name}">${name}</span>`
        }${email !== '' && html`<span class="line second">${number}</span>`}</span
    >`;
}

function operationCell({ operation, reason }: Transaction): Markup {
    return html`<span class="lines"
        ><span class="line">${operation ? t(`wallet.${operation}`) : t('wallet.change')}</span
        >${reason && html`<span class="line second" title="${reason}">${reason}</span>`}</span
    >`;
}

export function transactionColumns(): Column<Transaction>[] {
    const ofSites: Column<Transaction>[] =
        sites().length > 1
            ? [
                  {
                      key: 'site',
                      title: t('wallet.site'),
                      cell: ({ site_id }) => (site_id === null ? nothing : html`${siteById(site_id)?.name ?? site_id}`),
                  },
              ]
            : [];
    return [
        {
            key: 'date',
            title: t('transaction.date'),
            cell: ({ date }) =>
                html`<time class="digits" datetime="${date}" title="${dayAndClock(date)}">${shortMoment(date)}</time>`,
            always: true,
        },
        ...ofSites,
        { key: 'client', title: t('transaction.client'), cell: clientCell, always: true },
        { key: 'operation', title: t('transaction.operation'), cell: operationCell },
        { key: 'amount', title: t('transaction.amount'), cell: amountMarkup, number: true, always: true },
        {
            key: 'balance',
            title: t('transaction.balance'),
            cell: (row) => (row.state === 'done' ? html`${money(row.balance, currencyOf(row))}` : nothing),
            number: true,
        },
        { key: 'who', title: t('transaction.who'), cell: ({ who }) => (who ? html`${who}` : nothing) },
        { key: 'state', title: t('state'), cell: stateMarkup },
    ];
}
