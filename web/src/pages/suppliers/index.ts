import {
    addMapping,
    addSupplier,
    changeLane,
    changeSupplier,
    listMappings,
    listSuppliers,
    testSupplier,
} from '../../api/suppliers';
import type { Findings, Supplier, SupplierChange } from '../../api/suppliers';
import { ago, dayAndClock, money } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { confirmed } from '../../parts/dialog';
import { openFormDialog } from '../../parts/form-dialog';
import type { Values } from '../../parts/form';
import { nameCell, openListPage, state } from '../../parts/list-page';
import type { ListPage } from '../../parts/list-page';
import { byNumber, byText } from '../../parts/list/whole';
import { toast, toastFailure } from '../../parts/toast';
import { readReferenceAnew } from '../../reference';
import type { PageModule } from '../../router';
import { t, wordFor, wordIfKnown } from '../../words';
import { allFields, firstFields, supplierChange } from './fields';
import { openServices } from './services';

function hostOf(address: string): string {
    return address.replace(/^https?:\/\//i, '').replace(/\/.*$/, '');
}

function moment(iso: string | null): Markup {
    return iso
        ? html`<time datetime="${iso}" title="${dayAndClock(iso)}">${ago(iso)}</time>`
        : html`<span class="nothing">—</span>`;
}

/** The worst that is known of a supplier comes first: it decides whether orders go there. */
function laneOf(supplier: Supplier): { look: 'good' | 'bad' | 'warn' | 'none'; text: string; why: string } {
    if (!supplier.is_active) return { look: 'none', text: t('lane.off'), why: '' };
    if (supplier.paused_at) return { look: 'bad', text: t('lane.paused'), why: supplier.paused_reason ?? '' };
    if (supplier.funds_out_at)
        return { look: 'bad', text: t('lane.no_funds'), why: t('lane.since', { ago: ago(supplier.funds_out_at) }) };
    if (supplier.circuit.state !== 'closed')
        return { look: 'warn', text: t(`circuit.${supplier.circuit.state}`), why: supplier.circuit.reason };
    return { look: 'good', text: t('lane.works'), why: '' };
}

function laneCell(supplier: Supplier): Markup {
    const { look, text, why } = laneOf(supplier);
    return html`${state(look, text)}${why && html`<span class="line second" title="${why}">${why}</span>`}`;
}

function isLow(supplier: Supplier): boolean {
    return (
        supplier.api_balance !== null &&
        supplier.trigger_price !== null &&
        Number(supplier.api_balance) < Number(supplier.trigger_price)
    );
}

function balanceCell(supplier: Supplier): Markup {
    if (supplier.api_balance === null) return html`<span class="nothing">—</span>`;
    const low = isLow(supplier);
    return html`<span class="lines"
        ><span class="line strong ${low && 'loss'}">${money(supplier.api_balance, supplier.currency ?? '')}</span>
        <span class="line second"
            >${low ? t('supplier.low', { amount: money(supplier.trigger_price ?? '0', supplier.currency ?? '') }) : moment(supplier.balance_at)}</span
        ></span
    >`;
}

function sayFindings(name: string, found: Findings): void {
    const text = wordIfKnown('findings', found.reason) ?? found.message;
    toast({
        kind: found.works ? 'done' : 'error',
        title: found.works ? t('supplier.works', { name }) : t('supplier.works_not', { name }),
        text,
    });
}

async function test(supplier: Supplier): Promise<void> {
    toast({ kind: 'note', title: t('supplier.testing', { name: supplier.name }) });
    try {
        sayFindings(supplier.name, await testSupplier(supplier.id));
    } catch (error) {
        toastFailure(t('supplier.not_tested'), error);
    }
}

export const page: PageModule = {
    open(place) {
        const changed = (): void => {
            void readReferenceAnew().catch(() => undefined);
            void shown.list.refetch();
        };
        const add = (): void =>
            void openFormDialog({
                title: t('supplier.add'),
                wide: true,
                parts: [
                    ...firstFields(),
                    {
                        name: 'supplier_id',
                        label: t('supplier.for_id'),
                        kind: 'text',
                        longest: 64,
                        help: t('supplier.for_id_help'),
                    },
                ],
                submit: t('supplier.add'),
                act: async ({ supplier_id, ...values }: Values) => {
                    const made = await addSupplier(values as SupplierChange);
                    changed();
                    if (supplier_id)
                        await addMapping({ supplier_id: String(supplier_id), provider_id: made.id }).catch(
                            (error: unknown) => toastFailure(t('mapping.not_added'), error),
                        );
                    await test(made);
                    changed();
                },
            });
        const edit = (supplier: Supplier): void => {
            const parts = allFields(supplier);
            openFormDialog({
                title: supplier.name,
                wide: true,
                parts,
                submit: t('save'),
                act: async (values) => {
                    await changeSupplier(supplier.id, supplierChange(values, parts));
                    changed();
                },
            });
        };
        const pause = (supplier: Supplier): void =>
            void openFormDialog({
                title: t('lane.pause_title', { name: supplier.name }),
                before: html`<p class="dialog-text">${t('lane.pause_text')}</p>`,
                parts: [{ name: 'reason', label: t('lane.reason'), kind: 'text', longest: 255 }],
                submit: t('lane.pause'),
                danger: true,
                act: async (values) => {
                    await changeLane(supplier.id, true, String(values.reason));
                    changed();
                },
            });
        const release = async (supplier: Supplier): Promise<void> => {
            const why = supplier.paused_reason
                ? t('lane.release_why', { reason: supplier.paused_reason })
                : t('lane.release_text');
            if (
                !(await confirmed({
                    title: t('lane.release_title', { name: supplier.name }),
                    text: why,
                    yes: t('lane.release'),
                }))
            )
                return;
            try {
                await changeLane(supplier.id, false);
                changed();
            } catch (error) {
                toastFailure(t('lane.failed'), error);
            }
        };
        const shown: ListPage<Supplier> = openListPage<Supplier>(place, {
            page: 'suppliers',
            title: t('page.suppliers'),
            lead: t('suppliers.lead'),
            add: { label: t('supplier.add'), run: add },
            columns: [
                {
                    key: 'name',
                    title: t('supplier.name'),
                    cell: (supplier) => nameCell(supplier.name, hostOf(supplier.api_url)),
                    always: true,
                    order: byText(({ name }) => name),
                },
                { key: 'lane', title: t('state'), cell: laneCell },
                {
                    key: 'balance',
                    title: t('supplier.balance'),
                    cell: balanceCell,
                    number: true,
                    order: byNumber(({ api_balance }) => Number(api_balance ?? -1)),
                },
                {
                    key: 'ids',
                    title: t('supplier.ids'),
                    cell: ({ id }) => html`<span class="digits">${mapped.get(id)?.join(', ') ?? '—'}</span>`,
                },
                { key: 'answered', title: t('supplier.answered'), cell: ({ answered_at }) => moment(answered_at) },
                {
                    key: 'pace',
                    title: t('supplier.pace_short'),
                    cell: (supplier) =>
                        html`<span class="quiet"
                            >${t('supplier.pace_cell', { parallel: supplier.parallel_sends, calls: supplier.calls_per_second })}</span
                        >`,
                },
                {
                    key: 'flavor',
                    title: t('supplier.flavor'),
                    cell: ({ flavor }) => html`${wordFor('flavor', flavor)}`,
                    extra: true,
                },
            ],
            read: async () => {
                const [all, mappings] = await Promise.all([listSuppliers(), listMappings()]);
                mapped.clear();
                for (const { provider_id, supplier_id } of mappings)
                    mapped.set(provider_id, [...(mapped.get(provider_id) ?? []), supplier_id]);
                return all;
            },
            textOf: ({ name, api_url }) => `${name} ${api_url}`,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            open: edit,
            actions: (supplier) => [
                { name: 'test', label: t('supplier.test'), sign: 'wifi' },
                { name: 'services', label: t('services'), sign: 'list' },
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                supplier.paused_at || supplier.funds_out_at
                    ? { name: 'release', label: t('lane.release'), sign: 'play-circle' }
                    : { name: 'pause', label: t('lane.pause'), sign: 'pause-circle', danger: true },
            ],
            act: (name, supplier) => {
                if (name === 'test') void test(supplier).then(changed);
                if (name === 'services') openServices(supplier);
                if (name === 'edit') edit(supplier);
                if (name === 'pause') pause(supplier);
                if (name === 'release') void release(supplier);
            },
            empty: { sign: 'plug', title: t('suppliers.none'), text: t('suppliers.none_text') },
        });
        return shown;
    },
};

const mapped = new Map<number, string[]>();
