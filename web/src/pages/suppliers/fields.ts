import type { Supplier, SupplierChange } from '../../api/suppliers';
import type { Field } from '../../parts/field';
import { changesOf } from '../../parts/form';
import type { FormPart, Values } from '../../parts/form';
import { currencies } from '../../reference';
import { t } from '../../words';

const flavors = ['perfectpanel', 'smartpanel'] as const;

/** What is asked about a supplier at first: enough to send orders. */
export function firstFields(supplier?: Supplier): Field[] {
    return [
        {
            name: 'name',
            label: t('supplier.name'),
            kind: 'text',
            required: true,
            longest: 255,
            value: supplier?.name ?? '',
            half: true,
        },
        {
            name: 'flavor',
            label: t('supplier.flavor'),
            kind: 'select',
            value: supplier?.flavor ?? 'perfectpanel',
            choices: flavors.map((value) => ({ value, label: t(`flavor.${value}`) })),
            half: true,
        },
        {
            name: 'api_url',
            label: t('supplier.url'),
            kind: 'url',
            required: true,
            longest: 255,
            value: supplier?.api_url ?? '',
            placeholder: 'https://panel.example/api/v2',
            help: t('supplier.url_help'),
        },
        {
            name: 'api_key',
            label: t('supplier.key'),
            kind: 'secret',
            required: !supplier,
            value: supplier?.api_key ? `••••${supplier.api_key.replace(/^[•…]+/, '')}` : '',
            help: t('supplier.key_help'),
        },
        {
            name: 'allow_private',
            label: t('supplier.allow_private'),
            kind: 'switch',
            value: supplier?.allow_private ?? false,
            help: t('supplier.allow_private_help'),
        },
    ];
}

/** All of it. */
export function allFields(supplier: Supplier): FormPart[] {
    return [
        ...firstFields(supplier),
        {
            name: 'is_active',
            label: t('supplier.active'),
            kind: 'switch',
            value: supplier.is_active,
            help: t('supplier.active_help'),
        },
        { heading: t('supplier.money') },
        {
            name: 'currency',
            label: t('supplier.currency'),
            kind: 'select',
            value: supplier.currency ?? '',
            choices: [
                { value: '', label: t('supplier.currency_reported') },
                ...currencies().map(({ code }) => ({ value: code, label: code })),
            ],
            half: true,
        },
        {
            name: 'trigger_price',
            label: t('supplier.threshold'),
            kind: 'decimal',
            value: supplier.trigger_price ?? '',
            help: t('supplier.threshold_help'),
            half: true,
        },
        { name: 'api_check', label: t('supplier.check'), kind: 'switch', value: supplier.api_check, half: true },
        { name: 'api_send_tg', label: t('supplier.telegram'), kind: 'switch', value: supplier.api_send_tg, half: true },
        { heading: t('supplier.pace'), text: t('supplier.pace_text') },
        {
            name: 'parallel_sends',
            label: t('supplier.parallel'),
            kind: 'number',
            least: 1,
            most: 15,
            value: supplier.parallel_sends,
            half: true,
        },
        {
            name: 'sends_per_second',
            label: t('supplier.sends'),
            kind: 'number',
            least: 0,
            most: 1000,
            value: supplier.sends_per_second,
            help: t('supplier.sends_help'),
            half: true,
        },
        {
            name: 'calls_per_second',
            label: t('supplier.calls'),
            kind: 'number',
            least: 1,
            most: 100,
            value: supplier.calls_per_second,
            half: true,
        },
        { heading: t('supplier.doubt'), text: t('supplier.doubt_text') },
        {
            name: 'gap_scan',
            label: t('supplier.gap_scan'),
            kind: 'switch',
            value: supplier.gap_scan,
            help: t('supplier.gap_scan_help'),
        },
        {
            name: 'key_shared',
            label: t('supplier.key_shared'),
            kind: 'switch',
            value: supplier.key_shared,
            help: t('supplier.key_shared_help'),
        },
        {
            name: 'edge_rejects',
            label: t('supplier.edge'),
            kind: 'switch',
            value: supplier.edge_rejects,
            help: t('supplier.edge_help'),
        },
        {
            name: 'request_id_field',
            label: t('supplier.request_id'),
            kind: 'text',
            longest: 64,
            value: supplier.request_id_field ?? '',
            mono: true,
            help: t('supplier.request_id_help'),
            half: true,
        },
        {
            name: 'dedup_window_s',
            label: t('supplier.dedup'),
            kind: 'number',
            least: 0,
            most: 86_400,
            value: supplier.dedup_window_s,
            help: t('supplier.dedup_help'),
            half: true,
        },
        {
            name: 'ask_again',
            label: t('supplier.ask_again'),
            kind: 'switch',
            value: supplier.ask_again,
            help: t('supplier.ask_again_help'),
        },
        { heading: t('supplier.cabinet'), text: t('supplier.cabinet_text') },
        { name: 'login', label: t('supplier.login'), kind: 'text', longest: 255, value: supplier.login ?? '', half: true },
        {
            name: 'password',
            label: t('supplier.password'),
            kind: 'secret',
            value: supplier.has_password ? '••••••••' : '',
            half: true,
        },
    ];
}

export function supplierChange(values: Values, parts: readonly FormPart[]): SupplierChange {
    return changesOf(values, parts) as SupplierChange;
}
