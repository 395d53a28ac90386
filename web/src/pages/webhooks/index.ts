import { addWebhook, changeWebhook, listWebhooks, removeWebhook, testWebhook } from '../../api/webhooks';
import type { Webhook } from '../../api/webhooks';
import { html } from '../../html';
import { shownOnce } from '../../parts/copy';
import { confirmed, openDialog } from '../../parts/dialog';
import type { Field } from '../../parts/field';
import { changesOf } from '../../parts/form';
import { openFormDialog } from '../../parts/form-dialog';
import { nameCell, openListPage, state } from '../../parts/list-page';
import type { ListPage } from '../../parts/list-page';
import { byNumber, byText } from '../../parts/list/whole';
import { toast, toastFailure } from '../../parts/toast';
import { siteById, sites } from '../../reference';
import type { PageModule } from '../../router';
import { t, wordFor } from '../../words';
import { openLog } from './log';
import { changeOf } from './texts';

const events = ['order.created', 'order.status_changed', 'order.needs_decision', 'notice.raised'] as const;

function fields(webhook?: Webhook): Field[] {
    return [
        {
            name: 'name',
            label: t('webhook.name'),
            kind: 'text',
            required: true,
            longest: 255,
            value: webhook?.name ?? '',
            half: true,
        },
        {
            name: 'site_id',
            label: t('webhook.site'),
            kind: 'select',
            value: webhook?.site_id ?? '',
            choices: [
                { value: '', label: t('webhook.all_sites') },
                ...sites().map(({ id, name }) => ({ value: String(id), label: name })),
            ],
            half: true,
        },
        {
            name: 'url',
            label: t('webhook.url'),
            kind: 'url',
            required: true,
            longest: 500,
            value: webhook?.url ?? '',
            placeholder: 'https://example.com/webhook',
        },
        {
            name: 'events',
            label: t('webhook.events'),
            kind: 'checks',
            value: webhook?.events ?? ['order.created', 'order.status_changed'],
            choices: events.map((event) => ({ value: event, label: t(`webhook_event.${event}`) })),
        },
        ...(webhook
            ? [
                  {
                      name: 'secret',
                      label: t('webhook.secret'),
                      kind: 'secret' as const,
                      value: webhook.secret_end ?? '',
                      help: t('webhook.secret_help'),
                  },
              ]
            : []),
        {
            name: 'allow_private',
            label: t('webhook.allow_private'),
            kind: 'switch',
            value: webhook?.allow_private ?? false,
            help: t('webhook.allow_private_help'),
        },
        {
            name: 'active',
            label: t('webhook.active'),
            kind: 'switch',
            value: webhook?.active ?? true,
            help: webhook?.paused_reason ? t('webhook.paused', { reason: webhook.paused_reason }) : t('webhook.active_help'),
        },
    ];
}

function showSecret(name: string, secret: string): void {
    openDialog({
        title: t('webhook.secret_made', { name }),
        body: html`<p class="dialog-text">${t('webhook.secret_once')}</p>
            ${shownOnce(secret)}`,
        footer: html`<button type="button" class="btn btn-primary" data-done>${t('token.kept')}</button>`,
        stays: true,
    })
        .root.querySelector('[data-done]')
        ?.addEventListener('click', (event) => (event.target as Element).closest('dialog')?.close());
}

function stateOf(webhook: Webhook) {
    if (webhook.active) return state('good', t('webhook.is_active'));
    if (webhook.paused_reason) return state('bad', t('webhook.is_paused'));
    return state('none', t('webhook.is_off'));
}

export const page: PageModule = {
    open(place) {
        const changed = (): void => void shown.list.refetch();
        const edit = (webhook?: Webhook): void => {
            const parts = fields(webhook);
            openFormDialog({
                title: webhook?.name ?? t('webhook.add'),
                wide: true,
                parts,
                submit: webhook ? t('save') : t('webhook.add'),
                act: async (values) => {
                    // A secret that was opened and left empty is asked for anew: it is no change of a text.
                    const asked = {
                        ...changeOf(webhook ? changesOf(values, parts) : values),
                        ...(values.secret === '' ? { secret: '' } : {}),
                    };
                    const made = await (webhook ? changeWebhook(webhook.id, asked) : addWebhook(asked));
                    if (made.secret) showSecret(made.name, made.secret);
                    changed();
                },
            });
        };
        const test = async (webhook: Webhook): Promise<void> => {
            try {
                await testWebhook(webhook.id);
                toast({
                    kind: 'done',
                    title: t('webhook.tested'),
                    action: { label: t('webhook.log'), run: () => openLog(webhook) },
                });
            } catch (error) {
                toastFailure(t('webhook.not_tested'), error);
            }
        };
        const remove = async (webhook: Webhook): Promise<void> => {
            const sure = await confirmed({
                title: t('webhook.remove_title', { name: webhook.name }),
                text: t(webhook.automatic ? 'webhook.remove_automatic' : 'webhook.remove_text'),
                yes: t('delete'),
                danger: true,
            });
            if (!sure) return;
            try {
                await removeWebhook(webhook.id);
                changed();
            } catch (error) {
                toastFailure(t('webhook.not_removed'), error);
            }
        };
        const shown: ListPage<Webhook> = openListPage<Webhook>(place, {
            page: 'webhooks',
            title: t('page.webhooks'),
            lead: t('webhooks.lead'),
            add: { label: t('webhook.add'), run: () => edit() },
            columns: [
                {
                    key: 'name',
                    title: t('webhook.name'),
                    cell: ({ name, url }) => nameCell(name, url),
                    always: true,
                    order: byText(({ name }) => name),
                },
                {
                    key: 'events',
                    title: t('webhook.events'),
                    cell: (webhook) =>
                        html`<span class="two-lines quiet"
                            >${webhook.events.map((event) => wordFor('webhook_event', event)).join(', ')}</span
                        >`,
                },
                {
                    key: 'site',
                    title: t('webhook.site'),
                    cell: ({ site_id, automatic }) =>
                        html`<span class="lines"
                            ><span class="line"
                                >${site_id === null ? t('webhook.all_sites') : (siteById(site_id)?.name ?? site_id)}</span
                            >${automatic && html`<span class="line second">${t('webhook.automatic')}</span>`}</span
                        >`,
                },
                {
                    key: 'pending',
                    title: t('webhook.pending'),
                    cell: ({ pending }) => html`${pending ?? 0}`,
                    number: true,
                    order: byNumber(({ pending }) => pending ?? 0),
                },
                { key: 'state', title: t('state'), cell: stateOf },
            ],
            read: listWebhooks,
            textOf: ({ name, url }) => `${name} ${url}`,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            open: edit,
            actions: () => [
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                { name: 'log', label: t('webhook.log'), sign: 'list' },
                { name: 'test', label: t('webhook.test'), sign: 'send' },
                { name: 'remove', label: t('delete'), sign: 'trash', danger: true },
            ],
            act: (name, webhook) => {
                if (name === 'edit') edit(webhook);
                if (name === 'log') openLog(webhook);
                if (name === 'test') void test(webhook);
                if (name === 'remove') void remove(webhook);
            },
            empty: { sign: 'broadcast', title: t('webhooks.none'), text: t('webhooks.none_text') },
        });
        return shown;
    },
};
