import type { Site } from '../../api/sites';
import type { LedgerLine, Operation, Transaction, Wallet } from '../../api/wallets';
import { ago, dayAndClock, money } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import type { Sign } from '../../parts/icon';
import { queryString } from '../../query';
import { t } from '../../words';
import { amountMarkup, stateMarkup } from '../transactions/cells';

const signs: Record<Operation, Sign> = { credit: 'plus-lg', debit: 'dash-lg', set: 'pencil' };

interface Line {
    date: string;
    operation: Operation | null;
    reason: string | null;
    ours?: Transaction;
    shops?: LedgerLine;
}

// What was asked for here, and what another program did through the plugin: once each, the newest first.
function linesOf({ transactions, ledger }: Wallet): Line[] {
    const known = new Set(transactions.map(({ operation_id }) => operation_id));
    const lines: Line[] = [
        ...transactions.map((ours) => ({ date: ours.date, operation: ours.operation, reason: ours.reason, ours })),
        ...(ledger ?? [])
            .filter(({ operation_id }) => !known.has(operation_id))
            .map((shops) => ({ date: shops.date, operation: shops.operation, reason: shops.reason, shops })),
    ];
    return lines.sort((a, b) => b.date.localeCompare(a.date));
}

function lineMarkup({ date, operation, reason, ours, shops }: Line, currency: string): Markup {
    const balance = ours?.state === 'done' ? ours.balance : shops?.balance;
    return html`<li
        class="wallet-line ${ours?.state === 'refused' && 'wallet-line-off'}"
        data-state="${ours?.state ?? 'done'}"
    >
        ${icon(operation ? signs[operation] : 'arrow-left-right', 'small')}
        <span class="lines grow">
            <span class="line strong">${operation ? t(`wallet.${operation}`) : t('wallet.change')}</span>
            ${reason && html`<span class="two-lines second">${reason}</span>`}
            <span class="line second"
                ><time datetime="${date}" title="${dayAndClock(date)}">${ago(date)}</time> ·
                ${ours ? (ours.who ?? '—') : t('wallet.elsewhere')}</span
            >
            ${ours && ours.state !== 'done' && stateMarkup(ours)}
        </span>
        <span class="lines wallet-line-sums digits">
            ${ours ? amountMarkup(ours) : shops && amountMarkup({ ...shops, currency, state: 'done', asked_amount: null, site_id: null })}
            ${balance !== undefined && html`<span class="line second">${money(balance, ours?.currency ?? currency)}</span>`}
        </span>
    </li>`;
}

function buttons(wallet: Wallet): Markup {
    if (!wallet.may_change) return html`<p class="quiet">${t('wallet.look_only')}</p>`;
    const open = wallet.transactions.some(({ state }) => state === 'asked');
    const button = (operation: Operation): Markup =>
        html`<button
            type="button"
            class="btn ${operation === 'credit' && 'btn-primary'}"
            data-change="${operation}"
            ${open && 'disabled'}
        >
            ${icon(signs[operation], 'small')}<span>${t(`wallet.do_${operation}`)}</span>
        </button>`;
    return html`<div class="wallet-buttons">${button('credit')} ${button('debit')} ${button('set')}</div>
        ${open && html`<p class="wallet-open">${icon('hourglass-split', 'small')}<span>${t('wallet.open')}</span></p>`}`;
}

/** One customer's wallet: what is there, what may be done, and what was done through us. */
export function walletMarkup(site: Site, wallet: Wallet): Markup {
    const lines = linesOf(wallet);
    const name = wallet.display_name ?? wallet.login ?? wallet.email;
    return html`<div class="card-box wallet-card" data-wallet="${wallet.user_id}">
        <div class="wallet-top">
            <span class="lines grow">
                <h2 class="line" title="${name}">${name}</h2>
                <span class="line second">${wallet.email}</span>
                <span class="line second">${site.name} · № ${wallet.user_id}${wallet.login && ` · ${wallet.login}`}</span>
            </span>
            <span class="wallet-sum digits" data-balance="${wallet.balance}">${money(wallet.balance, wallet.currency)}</span>
        </div>
        <div class="wallet-actions">${buttons(wallet)}</div>
        <div class="wallet-history">
            <div class="wallet-history-head">
                <h3 class="small-title grow">${t('wallet.history')}</h3>
                <a href="/transactions${queryString({ site_id: String(site.id), wp_user_id: String(wallet.user_id) })}"
                    >${t('wallet.all_changes')}</a
                >
            </div>
            ${
                lines.length === 0
                    ? html`<p class="quiet">${t('wallet.no_history')}</p>`
                    : html`<ul>
                          ${lines.map((line) => lineMarkup(line, wallet.currency))}
                      </ul>`
            }
            <p class="quiet small">${t('wallet.history_text')}</p>
        </div>
    </div>`;
}
