import { addMapping, changeMapping, listMappings, listUnmapped, readMapping, removeMapping } from '../api/suppliers';
import type { Mapping, Unmapped } from '../api/suppliers';
import { Failure } from '../api/client';
import { ago } from '../format';
import { element, fill, html } from '../html';
import type { Markup } from '../html';
import { confirmed } from '../parts/dialog';
import type { Field } from '../parts/field';
import { openFormDialog } from '../parts/form-dialog';
import { icon } from '../parts/icon';
import { nameCell, openListPage } from '../parts/list-page';
import type { ListPage } from '../parts/list-page';
import { toastFailure } from '../parts/toast';
import { suppliers } from '../reference';
import type { PageModule } from '../router';
import { t } from '../words';
import { servicesOf, textOf } from './service-names';

function fields(mapping?: Mapping, supplierId = '', priority = 1): Field[] {
    const first: Field[] = mapping
        ? []
        : [
              {
                  name: 'supplier_id',
                  label: t('mapping.supplier_id'),
                  kind: 'text',
                  required: true,
                  longest: 64,
                  value: supplierId,
                  help: t('mapping.supplier_id_help'),
                  half: true,
              },
              {
                  name: 'provider_id',
                  label: t('order.supplier'),
                  kind: 'select',
                  required: true,
                  choices: suppliers().map(({ id, name }) => ({ value: String(id), label: name })),
                  half: true,
              },
          ];
    return [
        ...first,
        {
            name: 'priority',
            label: t('mapping.priority'),
            kind: 'number',
            least: 1,
            most: 100,
            value: mapping?.priority ?? priority,
            help: t('mapping.priority_help'),
        },
        {
            name: 'same_services',
            label: t('mapping.same'),
            kind: 'switch',
            value: mapping?.same_services ?? true,
            help: t('mapping.same_help'),
        },
        {
            name: 'services',
            label: t('mapping.services'),
            kind: 'area',
            rows: 6,
            mono: true,
            value: textOf(mapping?.services ?? {}),
            placeholder: '101 = 2044',
            help: t('mapping.services_help'),
        },
    ];
}

function servicesText(mapping: Mapping): string {
    const others = mapping.same_services ? t('mapping.others_same') : t('mapping.others_none');
    return mapping.services_named > 0 ? `${t('mapping.named', { count: mapping.services_named })} · ${others}` : others;
}

export const page: PageModule = {
    open(place) {
        const above = element(html`<div class="page-above"></div>`);
        const readUnmapped = async (): Promise<void> => {
            try {
                const missing = await listUnmapped();
                fill(above, missing.length > 0 ? unmapped(missing) : html``);
            } catch (error) {
                if (!(error instanceof Failure)) throw error;
            }
        };
        const changed = (): void => {
            void shown.list.begin(shown.list.query);
            void readUnmapped();
        };
        const add = (supplierId = ''): void => {
            const known = shown.list.rows.filter((row) => row.supplier_id === supplierId);
            openFormDialog({
                title: t('mapping.add'),
                parts: fields(undefined, supplierId, Math.max(0, ...known.map(({ priority }) => priority)) + 1),
                submit: t('mapping.add'),
                act: async ({ services, provider_id, ...values }) => {
                    await addMapping({
                        ...(values as Partial<Mapping>),
                        provider_id: Number(provider_id),
                        services: servicesOf(String(services)),
                    });
                    changed();
                },
            });
        };
        const edit = async (row: Mapping): Promise<void> => {
            try {
                const mapping = await readMapping(row.id);
                openFormDialog({
                    title: `${mapping.supplier_id} · ${mapping.provider_name}`,
                    parts: fields(mapping),
                    submit: t('save'),
                    act: async ({ services, ...values }) => {
                        await changeMapping(row.id, {
                            ...(values as Partial<Mapping>),
                            services: servicesOf(String(services)),
                        });
                        changed();
                    },
                });
            } catch (error) {
                toastFailure(t('mapping.not_read'), error);
            }
        };
        const remove = async (mapping: Mapping): Promise<void> => {
            if (
                !(await confirmed({
                    title: t('mapping.remove_title', { id: mapping.supplier_id, supplier: mapping.provider_name }),
                    text: t('mapping.remove_text'),
                    yes: t('delete'),
                    danger: true,
                }))
            )
                return;
            try {
                await removeMapping(mapping.id);
                changed();
            } catch (error) {
                toastFailure(t('mapping.not_removed'), error);
            }
        };
        above.addEventListener('click', (event) => {
            const id = (event.target as Element).closest<HTMLElement>('[data-map]')?.dataset.map;
            if (id !== undefined) add(id);
        });
        const shown: ListPage<Mapping> = openListPage<Mapping>(place, {
            page: 'mappings',
            title: t('page.mappings'),
            lead: t('mappings.lead'),
            above,
            add: { label: t('mapping.add'), run: () => add() },
            columns: [
                {
                    key: 'id',
                    title: t('mapping.supplier_id'),
                    cell: (mapping) => nameCell(mapping.supplier_id),
                    always: true,
                },
                {
                    key: 'priority',
                    title: t('mapping.turn'),
                    cell: ({ priority }) => html`<span class="turn">${priority}</span>`,
                },
                {
                    key: 'supplier',
                    title: t('order.supplier'),
                    cell: ({ provider_name }) => html`<span class="medium">${provider_name}</span>`,
                },
                {
                    key: 'services',
                    title: t('mapping.services'),
                    cell: (mapping) => html`<span class="quiet">${servicesText(mapping)}</span>`,
                },
            ],
            read: async () =>
                (await listMappings()).sort(
                    (a, b) =>
                        a.supplier_id.localeCompare(b.supplier_id, undefined, { numeric: true }) || a.priority - b.priority,
                ),
            textOf: ({ supplier_id, provider_name }) => `${supplier_id} ${provider_name}`,
            idOf: ({ id }) => id,
            nameOf: ({ supplier_id }) => supplier_id,
            open: (mapping) => void edit(mapping),
            actions: () => [
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                { name: 'further', label: t('mapping.further'), sign: 'plus-lg' },
                { name: 'remove', label: t('delete'), sign: 'trash', danger: true },
            ],
            act: (name, mapping) => {
                if (name === 'edit') void edit(mapping);
                if (name === 'further') add(mapping.supplier_id);
                if (name === 'remove') void remove(mapping);
            },
            empty: { sign: 'signpost-split', title: t('mappings.none'), text: t('mappings.none_text') },
        });
        void readUnmapped();
        return shown;
    },
};

function unmappedId(one: Unmapped): Markup {
    return html`<li>
        <strong class="digits">${one.supplier_id}</strong>
        <span class="grow quiet">${t('unmapped.orders', { count: one.orders })} · ${ago(one.last_at)}</span>
        <button type="button" class="btn btn-sm" data-map="${one.supplier_id}">${t('unmapped.map')}</button>
    </li>`;
}

function unmapped(missing: Unmapped[]): Markup {
    return html`<section class="notice-card" aria-label="${t('unmapped.title')}">
        ${icon('exclamation-triangle-fill')}
        <div class="grow">
            <h2>${t('unmapped.title')}</h2>
            <p>${t('unmapped.text')}</p>
            <ul class="unmapped">
                ${missing.map(unmappedId)}
            </ul>
        </div>
    </section>`;
}
