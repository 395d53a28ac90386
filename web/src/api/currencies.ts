import { get, many, one, patch, post, remove } from './client';
import type { Many, One } from './client';

export interface Currency {
    id: number;
    code: string;
    name: string;
    symbol: string;
    /** UAH for one unit. */
    exchange_rate: string;
    updated_at: string | null;
}

export type CurrencyChange = Partial<Pick<Currency, 'code' | 'name' | 'symbol' | 'exchange_rate'>>;

export const listCurrencies = (): Promise<Currency[]> => many(get<Many<Currency>>('/currencies'));
export const addCurrency = (currency: CurrencyChange): Promise<Currency> =>
    one(post<One<Currency>>('/currencies', currency));
export const changeCurrency = (id: number, change: CurrencyChange): Promise<Currency> =>
    one(patch<One<Currency>>(`/currencies/${id}`, change));
export const removeCurrency = (id: number): Promise<void> => remove(`/currencies/${id}`);
