import { addCurrency, changeCurrency, listCurrencies, removeCurrency } from '../api/currencies';
import type { Currency } from '../api/currencies';
import { ago, dayAndClock } from '../format';
import { html } from '../html';
import { confirmed } from '../parts/dialog';
import type { Field } from '../parts/field';
import { openFormDialog } from '../parts/form-dialog';
import { nameCell, openListPage } from '../parts/list-page';
import type { ListPage } from '../parts/list-page';
import { byNumber, byText } from '../parts/list/whole';
import { toastFailure } from '../parts/toast';
import { readReferenceAnew } from '../reference';
import type { PageModule } from '../router';
import { t } from '../words';

function fields(currency?: Currency): Field[] {
    return [
        {
            name: 'code',
            label: t('currency.code'),
            kind: 'text',
            required: true,
            longest: 3,
            value: currency?.code ?? '',
            half: true,
            mono: true,
        },
        {
            name: 'symbol',
            label: t('currency.symbol'),
            kind: 'text',
            required: true,
            longest: 8,
            value: currency?.symbol ?? '',
            half: true,
        },
        { name: 'name', label: t('currency.name'), kind: 'text', required: true, longest: 255, value: currency?.name ?? '' },
        {
            name: 'exchange_rate',
            label: t('currency.rate'),
            kind: 'decimal',
            required: true,
            value: currency?.exchange_rate ?? '',
            help: t('currency.rate_help'),
        },
    ];
}

export const page: PageModule = {
    open(place) {
        const changed = (): void => {
            void readReferenceAnew().catch(() => undefined);
            void shown.list.begin(shown.list.query);
        };
        const edit = (currency?: Currency): void =>
            void openFormDialog({
                title: currency?.name ?? t('currency.add'),
                parts: fields(currency),
                submit: currency ? t('save') : t('currency.add'),
                act: async (values) => {
                    await (currency ? changeCurrency(currency.id, values) : addCurrency(values));
                    changed();
                },
            });
        const remove = async (currency: Currency): Promise<void> => {
            if (
                !(await confirmed({
                    title: t('currency.remove_title', { code: currency.code }),
                    text: t('currency.remove_text'),
                    yes: t('delete'),
                    danger: true,
                }))
            )
                return;
            try {
                await removeCurrency(currency.id);
                changed();
            } catch (error) {
                toastFailure(t('currency.not_removed'), error);
            }
        };
        const shown: ListPage<Currency> = openListPage<Currency>(place, {
            page: 'currencies',
            title: t('page.currencies'),
            lead: t('currencies.lead'),
            add: { label: t('currency.add'), run: () => edit() },
            columns: [
                {
                    key: 'name',
                    title: t('currency.name'),
                    cell: (currency) => nameCell(currency.code, currency.name),
                    always: true,
                    order: byText(({ code }) => code),
                },
                { key: 'symbol', title: t('currency.symbol'), cell: ({ symbol }) => html`${symbol || '—'}` },
                {
                    key: 'rate',
                    title: t('currency.rate_short'),
                    cell: ({ exchange_rate }) => html`${exchange_rate}`,
                    number: true,
                    order: byNumber(({ exchange_rate }) => Number(exchange_rate)),
                },
                {
                    key: 'updated',
                    title: t('currency.updated'),
                    cell: ({ updated_at }) =>
                        updated_at
                            ? html`<time datetime="${updated_at}" title="${dayAndClock(updated_at)}"
                                  >${ago(updated_at)}</time
                              >`
                            : html`<span class="nothing">—</span>`,
                    number: true,
                },
            ],
            read: listCurrencies,
            textOf: ({ code, name, symbol }) => `${code} ${name} ${symbol}`,
            idOf: ({ id }) => id,
            nameOf: ({ code }) => code,
            open: edit,
            actions: () => [
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                { name: 'remove', label: t('delete'), sign: 'trash', danger: true },
            ],
            act: (name, currency) => (name === 'edit' ? edit(currency) : void remove(currency)),
            empty: { sign: 'currency-exchange', title: t('currencies.none'), text: t('currencies.none_text') },
        });
        return shown;
    },
};
