import type { Order } from '../../api/orders';
import { dayAndClock } from '../../format';
import { html } from '../../html';
import type { Column } from '../../parts/list/columns';
import { may } from '../../session';
import { t, wordFor } from '../../words';
import {
    ageCell,
    amountCell,
    clientCell,
    costCell,
    linkCell,
    nothing,
    numberCell,
    productCell,
    quantityCell,
    remainsCell,
    statusCell,
    supplierCell,
} from './cells';

export function orderColumns(): Column<Order>[] {
    const ofManagers: Column<Order>[] = may('manager')
        ? [
              { key: 'supplier', title: t('order.supplier'), cell: supplierCell },
              { key: 'cost', title: t('order.cost'), cell: costCell, number: true },
          ]
        : [];
    return [
        { key: 'number', title: t('order.order'), cell: numberCell, always: true },
        { key: 'product', title: t('order.product'), cell: productCell },
        { key: 'quantity', title: t('order.quantity_short'), cell: quantityCell, number: true },
        { key: 'link', title: t('order.link'), cell: linkCell },
        { key: 'client', title: t('order.client'), cell: clientCell },
        { key: 'amount', title: t('order.amount'), cell: amountCell, number: true },
        ...ofManagers,
        { key: 'remains', title: t('order.remains'), cell: remainsCell },
        { key: 'status', title: t('order.status'), cell: statusCell, always: true },
        { key: 'date', title: t('order.date'), cell: (order) => html`${dayAndClock(order.date)}`, extra: true },
        {
            key: 'payment',
            title: t('order.payment'),
            cell: (order) => (order.type_payment ? html`${wordFor('payment', order.type_payment)}` : nothing),
            extra: true,
        },
        { key: 'age', title: t('order.age'), cell: ageCell, number: true },
    ];
}
