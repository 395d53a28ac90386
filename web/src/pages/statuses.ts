import { addStatus, changeStatus, listStatuses, removeStatus } from '../api/statuses';
import type { OrderStatus } from '../api/statuses';
import { html } from '../html';
import { statusBadge } from '../parts/badge';
import { confirmed } from '../parts/dialog';
import type { Field } from '../parts/field';
import { openFormDialog } from '../parts/form-dialog';
import { nameCell, openListPage } from '../parts/list-page';
import type { ListPage } from '../parts/list-page';
import { byNumber } from '../parts/list/whole';
import { toastFailure } from '../parts/toast';
import { readReferenceAnew } from '../reference';
import type { PageModule } from '../router';
import { t } from '../words';

function fields(status?: OrderStatus): Field[] {
    const word: Field[] = status?.is_system
        ? []
        : [
              {
                  name: 'status_value',
                  label: t('status.value'),
                  kind: 'text',
                  required: true,
                  longest: 64,
                  value: status?.status_value ?? '',
                  help: t('status.value_help'),
                  mono: true,
              },
          ];
    return [
        ...word,
        {
            name: 'name',
            label: t('status.name_uk'),
            kind: 'text',
            required: true,
            longest: 255,
            value: status?.name ?? '',
            half: true,
        },
        {
            name: 'name_en',
            label: t('status.name_en'),
            kind: 'text',
            required: true,
            longest: 255,
            value: status?.name_en ?? '',
            half: true,
        },
        {
            name: 'color',
            label: t('status.color'),
            kind: 'colour',
            value: status?.color ?? '#64748b',
            help: t('status.color_help'),
            half: true,
        },
        {
            name: 'position',
            label: t('status.position'),
            kind: 'number',
            least: 0,
            most: 1000,
            value: status?.position ?? 50,
            half: true,
        },
    ];
}

export const page: PageModule = {
    open(place) {
        const changed = async (): Promise<void> => {
            await readReferenceAnew();
            void shown.list.begin(shown.list.query);
        };
        const edit = (status?: OrderStatus): void =>
            void openFormDialog({
                title: status?.name ?? t('status.add'),
                parts: fields(status),
                submit: status ? t('save') : t('status.add'),
                act: async (values) => {
                    await (status ? changeStatus(status.id, values) : addStatus(values));
                    await changed();
                },
            });
        const remove = async (status: OrderStatus): Promise<void> => {
            if (
                !(await confirmed({
                    title: t('status.remove_title', { name: status.name }),
                    text: t('status.remove_text'),
                    yes: t('delete'),
                    danger: true,
                }))
            )
                return;
            try {
                await removeStatus(status.id);
                await changed();
            } catch (error) {
                toastFailure(t('status.not_removed'), error);
            }
        };
        const shown: ListPage<OrderStatus> = openListPage<OrderStatus>(place, {
            page: 'statuses',
            title: t('page.statuses'),
            lead: t('statuses.lead'),
            add: { label: t('status.add'), run: () => edit() },
            columns: [
                {
                    key: 'name',
                    title: t('status.name_uk'),
                    cell: (status) => nameCell(status.name, status.status_value),
                    always: true,
                },
                { key: 'name_en', title: t('status.name_en'), cell: (status) => html`${status.name_en}` },
                { key: 'badge', title: t('status.looks'), cell: (status) => statusBadge(status.status_value) },
                {
                    key: 'position',
                    title: t('status.position'),
                    cell: (status) => html`${status.position}`,
                    number: true,
                    order: byNumber((status) => status.position),
                },
                {
                    key: 'kind',
                    title: t('status.kind'),
                    cell: (status) =>
                        html`<span class="quiet">${status.is_system ? t('status.system') : t('status.own')}</span>`,
                },
            ],
            read: async () => (await listStatuses()).sort((a, b) => a.position - b.position),
            textOf: (status) => `${status.name} ${status.name_en} ${status.status_value}`,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            open: edit,
            actions: (status) => [
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                {
                    name: 'remove',
                    label: t('delete'),
                    sign: 'trash',
                    danger: true,
                    ...(status.is_system ? { off: t('status.system_stays') } : {}),
                },
            ],
            act: (name, status) => (name === 'edit' ? edit(status) : void remove(status)),
            empty: { sign: 'tag', title: t('statuses.none'), text: '' },
        });
        return shown;
    },
};
