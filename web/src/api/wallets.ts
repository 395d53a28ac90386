import type { Query } from '../query';
import { get, many, one, post } from './client';
import type { Many, One } from './client';

export type Operation = 'set' | 'credit' | 'debit';
export const operations: readonly Operation[] = ['credit', 'debit', 'set'];
export const transactionStates = ['done', 'refused', 'asked'] as const;

/** A change of a wallet that was asked for here. */
export interface Transaction {
    id: number;
    /** None in rows of the earlier system. */
    site_id: number | null;
    wp_user_id: number;
    email: string;
    operation_id: string | null;
    operation: Operation | null;
    asked_amount: string | null;
    amount: string;
    balance: string;
    currency: string | null;
    reason: string | null;
    state: (typeof transactionStates)[number];
    code: string | null;
    error: string | null;
    who: string | null;
    date: string;
}

export interface FoundWallet {
    user_id: number;
    email: string;
    login: string | null;
    display_name: string | null;
    balance: string;
    currency: string;
}

/** A line of the shop's own book of changes that came through its plugin. */
export interface LedgerLine {
    operation_id: string;
    operation: Operation;
    amount: string;
    balance: string;
    reason: string | null;
    date: string;
}

export interface Wallet extends FoundWallet {
    ledger: LedgerLine[] | null;
    transactions: Transaction[];
    may_change: boolean;
}

export interface WalletChange {
    operation: Operation;
    amount: string;
    expected_balance?: string;
    reason: string;
    /** The same id is done once, however often it is sent. */
    operation_id: string;
    email: string;
}

export interface Total {
    currency: string;
    count: number;
    credited: string;
    debited: string;
}

export type TransactionPage = Many<Transaction> & { meta: { totals: Total[] } };

export const findWallets = (site: number, search: string, signal?: AbortSignal): Promise<FoundWallet[]> =>
    many(get<Many<FoundWallet>>(`/sites/${site}/wallets`, { search }, signal));
export const readWallet = (site: number, user: number, signal?: AbortSignal): Promise<Wallet> =>
    one(get<One<Wallet>>(`/sites/${site}/wallets/${user}`, {}, signal));
export const changeWallet = (site: number, user: number, change: WalletChange): Promise<Transaction> =>
    one(post<One<Transaction>>(`/sites/${site}/wallets/${user}/changes`, change, { timeout: 90_000 }));
export const listTransactions = (
    query: Query,
    cursor: number | undefined,
    perPage: number,
    signal?: AbortSignal,
): Promise<TransactionPage> => get<TransactionPage>('/transactions', { ...query, cursor, per_page: perPage }, signal);
