import './transactions.css';

import { onLive } from '../../api/live';
import { listUsers } from '../../api/users';
import type { User } from '../../api/users';
import { listTransactions, operations, transactionStates } from '../../api/wallets';
import type { Total, Transaction } from '../../api/wallets';
import { money, startOfDay } from '../../format';
import { element, fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import { List } from '../../parts/list/list';
import type { Filter } from '../../parts/list/filters';
import { calmly, whileSeen } from '../../parts/moments';
import { emptyState } from '../../parts/states';
import { withValues } from '../../query';
import type { Query } from '../../query';
import type { OpenPage, PageModule, Place } from '../../router';
import { reference, sites } from '../../reference';
import { may } from '../../session';
import { useKeys } from '../../shell/shortcuts';
import { learn, t } from '../../words';
import { transactionColumns } from './cells';
import { walletWords } from './words';

const liveAgainMs = 700,
    settlingMs = 5000;

// Days of the person's zone, as the moments at which they begin and end.
function asked(query: Query): Query {
    const moment = (date: string | undefined, plusDays: number): string | undefined =>
        date && !Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? startOfDay(date, plusDays) : date;
    return withValues(query, { from: moment(query.from, 0), to: moment(query.to, 1) });
}

function totalMarkup({ currency, count, credited, debited }: Total): Markup {
    return html`<li class="total">
        <span class="total-count">${t('transaction.count', { count })}</span>
        <span class="gain digits">+${money(credited, currency)}</span>
        <span class="loss digits">${money(debited, currency)}</span>
    </li>`;
}

class TransactionsPage implements OpenPage {
    readonly #list: List<Transaction>;
    readonly #totals = element(html`<ul class="totals" aria-label="${t('transaction.totals')}"></ul>`);
    readonly #ends: (() => void)[] = [];

    constructor(place: Place, people: User[]) {
        this.#list = new List<Transaction>({
            page: 'transactions',
            label: t('page.transactions'),
            searchLabel: t('transaction.search'),
            columns: transactionColumns(),
            filters: filters(people),
            views: [],
            paged: true,
            selectable: false,
            idOf: ({ id }) => id,
            nameOf: ({ email, wp_user_id }) => email || String(wp_user_id),
            stampOf: ({ state }) => state,
            load: async (query, cursor, perPage, signal) => {
                const page = await listTransactions(asked(query), cursor, perPage, signal);
                if (cursor === undefined && !signal.aborted) fill(this.#totals, html`${page.meta.totals.map(totalMarkup)}`);
                return page;
            },
            empty: (filtered) =>
                filtered
                    ? emptyState('search', t('list.none_found'), t('list.none_found_text'), {
                          label: t('filter.reset'),
                          name: 'reset-filters',
                      })
                    : emptyState('receipt', t('transaction.none'), t('transaction.none_text'), {
                          label: t('page.balance'),
                          href: '/balance',
                      }),
        });
        const head = element(
            html`<header class="page-head">
                <h1>${t('page.transactions')}</h1>
                <span class="grow"></span>
                <button type="button" class="btn btn-ghost" data-export>
                    ${icon('download', 'small')}<span>${t('export')}</span>
                </button>
            </header>`,
        );
        part(head, '[data-export]').addEventListener('click', () => void this.#export());
        place.root.append(head, this.#list.root);
        part(this.#list.root, '.list-notice').before(this.#totals);
        const read = calmly(() => this.#list.refetch(), liveAgainMs);
        this.#ends.push(
            onLive('transactions', read),
            onLive('again', read),
            whileSeen(read),
            whileSeen(() => this.#list.rows.some(({ state }) => state === 'asked') && read(), settlingMs),
            useKeys({
                '/': () => this.#list.focusSearch(),
                j: () => void this.#list.walk(this.#list.focused, 1),
                k: () => void this.#list.walk(this.#list.focused, -1),
            }),
        );
        this.asked(place.query);
    }

    async #export(): Promise<void> {
        const { openExport } = await import('../orders/export');
        openExport(asked(this.#list.query), this.#list.shownColumns, undefined, {
            name: 'transactions',
            title: t('transaction.export'),
        });
    }

    asked(query: Query): void {
        void this.#list.begin(query);
    }

    refresh(): void {
        void this.#list.refetch();
    }

    close(): void {
        this.#list.close();
        for (const end of this.#ends) end();
    }
}

function filters(people: User[]): Filter[] {
    const ofSites: Filter[] =
        sites().length > 1
            ? [
                  {
                      name: 'site_id',
                      label: t('wallet.site'),
                      kind: 'choice',
                      choices: () => sites().map(({ id, name }) => ({ value: String(id), label: name })),
                  },
              ]
            : [];
    const ofPeople: Filter[] =
        people.length > 0
            ? [
                  {
                      name: 'user_by_id',
                      label: t('transaction.who'),
                      kind: 'choice',
                      choices: () => people.map(({ id, name }) => ({ value: String(id), label: name })),
                  },
              ]
            : [];
    return [
        ...ofSites,
        {
            name: 'operation',
            label: t('transaction.operation'),
            kind: 'choice',
            choices: () => operations.map((value) => ({ value, label: t(`wallet.${value}`) })),
        },
        {
            name: 'state',
            label: t('state'),
            kind: 'choice',
            choices: () => transactionStates.map((value) => ({ value, label: t(`transaction_state.${value}`) })),
        },
        { name: 'from', label: t('transaction.from'), kind: 'date' },
        { name: 'to', label: t('transaction.to'), kind: 'date' },
        { name: 'wp_user_id', label: t('transaction.client_number'), kind: 'text' },
        ...ofPeople,
    ];
}

/** /transactions: every change of a wallet that was asked for here. */
export const page: PageModule = {
    async open(place) {
        const [people] = await Promise.all([may('admin') ? listUsers() : [], learn(walletWords), reference()]);
        return new TransactionsPage(place, people);
    },
};
