import { createOrder, freshKey } from '../../api/orders';
import type { NewOrder, Order } from '../../api/orders';
import { fill, html, part } from '../../html';
import type { Choice, Field } from '../../parts/field';
import { formMarkup } from '../../parts/form';
import type { FormPart } from '../../parts/form';
import { openFormDialog } from '../../parts/form-dialog';
import { sites } from '../../reference';
import { toast } from '../../parts/toast';
import { t } from '../../words';
import { fieldsOfType, hasLink, onlyWith, orderTypes } from './order-types';
import { supplierIds } from './supplier-ids';

function common(ids: readonly Choice[]): Field[] {
    return [
        {
            name: 'site_id',
            label: t('order.site'),
            kind: 'select',
            required: true,
            half: true,
            choices: sites()
                .filter(({ is_active }) => is_active)
                .map(({ id, name }) => ({ value: String(id), label: name })),
        },
        {
            name: 'wp_order_number',
            label: t('order.number'),
            kind: 'text',
            required: true,
            longest: 64,
            half: true,
            help: t('new_order.number_help'),
        },
        { name: 'product_service', label: t('order.product'), kind: 'text', required: true, longest: 255 },
        { name: 'client_email', label: t('order.email'), kind: 'email', required: true, longest: 255, half: true },
        { name: 'telegram', label: 'Telegram', kind: 'text', longest: 255, half: true },
        { name: 'total_amount', label: t('order.amount'), kind: 'decimal', half: true },
        { name: 'type_payment', label: t('order.payment'), kind: 'text', longest: 64, half: true },
        {
            name: 'supplier_id',
            label: t('order.supplier_id_label'),
            kind: 'text',
            required: true,
            longest: 64,
            half: true,
            suggestions: ids,
        },
        { name: 'supplier_service_id', label: t('order.service'), kind: 'text', required: true, longest: 64, half: true },
        {
            name: 'order_type',
            label: t('order.type'),
            kind: 'select',
            value: 'Default',
            half: true,
            choices: orderTypes.map(({ name }) => ({ value: name, label: name })),
        },
        { name: 'url', label: t('order.link'), kind: 'text', required: true, longest: 2048 },
    ];
}

function show(room: HTMLElement, name: string, is: boolean): void {
    const field = room.querySelector<HTMLElement>(`[data-field="${name}"]`);
    if (!field) return;
    field.hidden = !is;
    part<HTMLInputElement>(field, 'input').disabled = !is;
}

// What the type does not take is out of sight, and is not sent.
function showWhatBelongs(form: HTMLElement, type: string): void {
    show(form, 'url', hasLink(type));
    for (const { param, when, is } of onlyWith)
        show(form, param, form.querySelector<HTMLSelectElement>(`[name="${when}"]`)?.value === is);
}

/** An order that a person enters. Sent again after a lost answer it is still one order: the key stays the same. */
export async function openNewOrder(made: (order: Order) => void): Promise<void> {
    const key = freshKey();
    const fields = common(await supplierIds());
    // The fields of the type change under the form: the same list is read when it is sent.
    const parts: FormPart[] = [...fields, ...fieldsOfType('Default')];
    const fixed = fields.length;
    const dialog = openFormDialog({
        title: t('new_order'),
        wide: true,
        parts,
        submit: t('new_order.submit'),
        act: async (values) => {
            const given = Object.entries(values).filter(
                ([name, value]) => value !== '' && !dialog.root.querySelector(`[name="${name}"]:disabled`),
            );
            const order: NewOrder = Object.fromEntries(
                given.map(([name, value]) => [name, name === 'site_id' ? Number(value) : (value as string | number)]),
            );
            const fresh = await createOrder(order, key);
            toast({ kind: 'done', title: t('new_order.made', { number: fresh.wp_order_number }) });
            made(fresh);
        },
    });
    const ofType = document.createElement('div');
    ofType.className = 'fields-of-type';
    const room = part(dialog.root, '.fields');
    for (const field of [...room.querySelectorAll(':scope > [data-field]')].slice(fixed)) field.remove();
    room.append(ofType);
    const type = part<HTMLSelectElement>(dialog.root, '[name=order_type]');
    const change = (): void => {
        parts.splice(fixed, parts.length, ...fieldsOfType(type.value));
        fill(ofType, html`${formMarkup(parts.slice(fixed))}`);
        showWhatBelongs(dialog.root, type.value);
    };
    change();
    type.addEventListener('change', change);
    ofType.addEventListener('change', () => showWhatBelongs(dialog.root, type.value));
}
