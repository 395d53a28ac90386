import type { OrderCounts } from '../../api/orders';
import { startOfDay, today } from '../../format';
import type { Filter } from '../../parts/list/filters';
import type { View } from '../../parts/list/views';
import { without, withValues } from '../../query';
import type { Query } from '../../query';
import { siteGroups, sites, statusName, statuses, suppliers } from '../../reference';
import { may } from '../../session';
import { t } from '../../words';

const periods = ['today', 'yesterday', '7d', '30d'] as const;

export function orderFilters(): Filter[] {
    const ofManagers: Filter[] = may('manager')
        ? [
              {
                  name: 'provider_id',
                  label: t('order.supplier'),
                  kind: 'choice',
                  choices: () => suppliers().map(({ id, name }) => ({ value: String(id), label: name })),
              },
          ]
        : [];
    return [
        {
            name: 'status',
            label: t('order.status'),
            kind: 'choices',
            choices: () => statuses().map(({ status_value }) => ({ value: status_value, label: statusName(status_value) })),
        },
        {
            name: 'period',
            label: t('filter.period'),
            kind: 'choice',
            choices: () => periods.map((value) => ({ value, label: t(`period.${value}`) })),
        },
        { name: 'from', label: t('filter.from'), kind: 'date' },
        { name: 'to', label: t('filter.to'), kind: 'date' },
        {
            name: 'site_id',
            label: t('order.site'),
            kind: 'choice',
            choices: () => sites().map(({ id, name }) => ({ value: String(id), label: name })),
        },
        {
            name: 'site_group_id',
            label: t('filter.group'),
            kind: 'choice',
            choices: () => siteGroups().map(({ id, name }) => ({ value: String(id), label: name })),
        },
        ...ofManagers,
        { name: 'type_payment', label: t('order.payment'), kind: 'text' },
        {
            name: 'archive',
            label: t('filter.archive'),
            kind: 'choice',
            choices: () => [
                { value: '0', label: t('filter.archive_no') },
                { value: '1', label: t('filter.archive_yes') },
            ],
        },
    ];
}

/** What the address says, as the server asks it: a period by its name becomes two moments of today. */
export function asked(query: Query): Query {
    const { period } = query;
    let { from, to } = query;
    if (period === 'today') from = today();
    if (period === 'yesterday') [from, to] = [today(1), today(1)];
    if (period === '7d') from = today(6);
    if (period === '30d') from = today(29);
    // The archive is a place of its own; only who looks for something finds it there as well.
    const archive = query.archive ?? (query.q ? undefined : '0');
    return withValues(without(query, 'period', 'sort'), { archive, from: moment(from, 0), to: moment(to, 1) });
}

// A date that is none goes as it is: the server says so.
function moment(date: string | undefined, plusDays: number): string | undefined {
    return date && !Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? startOfDay(date, plusDays) : date;
}

export function orderViews(counts?: OrderCounts): View[] {
    const ofManagers: View[] = may('manager')
        ? [{ label: t('view.needs_decision'), query: { needs_decision: '1' }, count: counts?.needs_decision, hot: true }]
        : [];
    return [
        { label: t('view.all'), query: {} },
        ...ofManagers,
        { label: t('view.executing'), query: { status: 'executing' }, count: counts?.executing },
        { label: t('view.notaccepted'), query: { status: 'notaccepted' }, count: counts?.notaccepted },
        { label: t('view.today'), query: { period: 'today' } },
    ];
}
