import { Failure } from '../api/client';
import { onLive } from '../api/live';
import {
    addSite,
    addSiteToken,
    changeIcon,
    changeSite,
    checkSite,
    listSites,
    removeIcon,
    revokeSiteToken,
    siteTokens,
} from '../api/sites';
import type { Site, SiteChange, SiteHealth, SiteToken } from '../api/sites';
import { ago, dayAndClock } from '../format';
import { fill, html, part } from '../html';
import { shownOnce } from '../parts/copy';
import { confirmed, openDialog } from '../parts/dialog';
import type { Field } from '../parts/field';
import { changesOf } from '../parts/form';
import type { Values } from '../parts/form';
import { openFormDialog } from '../parts/form-dialog';
import { icon } from '../parts/icon';
import { nameCell, openListPage, state } from '../parts/list-page';
import type { ListPage } from '../parts/list-page';
import { byText } from '../parts/list/whole';
import { calmly, whileSeen } from '../parts/moments';
import { siteMark } from '../parts/site-mark';
import { skeletonLines } from '../parts/states';
import { toast, toastFailure } from '../parts/toast';
import { currencies, readReferenceAnew, siteGroups } from '../reference';
import type { PageModule } from '../router';
import { learn, t, wordFor, wordIfKnown } from '../words';

const largestIcon = 256 * 1024,
    liveAgainMs = 1000;
const iconTypes = ['image/png', 'image/jpeg', 'image/webp'];

function siteFields(site?: Site): Field[] {
    return [
        {
            name: 'name',
            label: t('site.name'),
            kind: 'text',
            required: true,
            longest: 255,
            value: site?.name ?? '',
            half: true,
        },
        {
            name: 'url',
            label: t('site.url'),
            kind: 'url',
            required: true,
            longest: 255,
            value: site?.url ?? '',
            placeholder: 'https://shop.example',
            half: true,
        },
        {
            name: 'currency_id',
            label: t('site.currency'),
            kind: 'select',
            value: site?.currency_id ?? '',
            choices: currencies().map(({ id, code, name }) => ({ value: String(id), label: `${code} · ${name}` })),
            half: true,
        },
        {
            name: 'site_group_id',
            label: t('site.group'),
            kind: 'select',
            value: site?.site_group_id ?? '',
            choices: [
                { value: '', label: t('site.no_group') },
                ...siteGroups().map(({ id, name }) => ({ value: String(id), label: name })),
            ],
            half: true,
        },
        {
            name: 'time_zone',
            label: t('site.time_zone'),
            kind: 'text',
            longest: 64,
            value: site?.time_zone ?? 'Europe/Kyiv',
            help: t('site.time_zone_help'),
        },
        {
            name: 'allow_private',
            label: t('site.allow_private'),
            kind: 'switch',
            value: site?.allow_private ?? false,
            help: t('site.allow_private_help'),
        },
        ...(site
            ? [
                  {
                      name: 'is_active',
                      label: t('site.active'),
                      kind: 'switch' as const,
                      value: site.is_active,
                      help: t('site.active_help'),
                  },
              ]
            : []),
    ];
}

export function siteChange(values: Values): SiteChange {
    const { site_group_id, currency_id, ...rest } = values;
    return {
        ...(rest as SiteChange),
        ...(currency_id !== undefined ? { currency_id: Number(currency_id) } : {}),
        ...(site_group_id !== undefined ? { site_group_id: site_group_id === '' ? null : Number(site_group_id) } : {}),
    };
}

/** A token is in the answer this once: it is shown until the person has put it away. */
function showToken(site: string, token: string): void {
    openDialog({
        title: t('token.made', { site }),
        body: html`<p class="dialog-text">${t('token.once')}</p>
            ${shownOnce(token)}
            <p class="quiet">${t('token.where')}</p>`,
        footer: html`<button type="button" class="btn btn-primary" data-done>${t('token.kept')}</button>`,
        stays: true,
    })
        .root.querySelector('[data-done]')
        ?.addEventListener('click', (event) => (event.target as Element).closest('dialog')?.close());
}

function tokenRow(token: SiteToken) {
    return html`<li>
        ${icon('key', 'small')}
        <span class="grow"
            ><strong>${token.name}</strong
            ><small
                >${token.last_used_at ? t('token.used', { ago: ago(token.last_used_at) }) : t('token.unused')} ·
                ${t('token.since', { at: dayAndClock(token.created_at) })}</small
            ></span
        >
        <button type="button" class="btn btn-sm btn-danger-quiet" data-revoke="${token.id}">${t('token.revoke')}</button>
    </li>`;
}

function openTokens(site: Site): void {
    const dialog = openDialog({
        title: t('tokens.of', { site: site.name }),
        body: html`<p class="dialog-text">${t('tokens.text')}</p>
            <ul class="things"></ul>`,
        footer: html`<button type="button" class="btn btn-primary" data-add>
            ${icon('plus-lg', 'small')}${t('token.add')}
        </button>`,
    });
    const room = part(dialog.root, '.things');
    const read = async (): Promise<void> => {
        const tokens = await siteTokens(site.id);
        fill(room, tokens.length > 0 ? html`${tokens.map(tokenRow)}` : html`<li class="quiet">${t('tokens.none')}</li>`);
    };
    fill(room, skeletonLines(2));
    read().catch((error: unknown) => toastFailure(t('tokens.failed'), error));
    dialog.root.addEventListener('click', (event) => {
        const target = event.target as Element;
        const revoke = target.closest<HTMLElement>('[data-revoke]')?.dataset.revoke;
        if (target.closest('[data-add]'))
            openFormDialog({
                title: t('token.add'),
                parts: [
                    {
                        name: 'name',
                        label: t('token.name'),
                        kind: 'text',
                        required: true,
                        longest: 255,
                        help: t('token.name_help'),
                    },
                ],
                submit: t('token.add'),
                act: async (values) => {
                    const made = await addSiteToken(site.id, String(values.name));
                    showToken(site.name, made.token);
                    await read();
                },
            });
        if (revoke)
            void (async () => {
                if (
                    !(await confirmed({
                        title: t('token.revoke_title'),
                        text: t('token.revoke_text', { site: site.name }),
                        yes: t('token.revoke'),
                        danger: true,
                    }))
                )
                    return;
                try {
                    await revokeSiteToken(site.id, Number(revoke));
                    await read();
                } catch (error) {
                    toastFailure(t('token.not_revoked'), error);
                }
            })();
    });
}

function chooseIcon(site: Site, changed: () => void): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = iconTypes.join(',');
    input.addEventListener('change', () => {
        const file = input.files?.[0];
        if (!file) return;
        if (!iconTypes.includes(file.type) || file.size > largestIcon)
            return toast({ kind: 'error', title: t('icon.refused'), text: t('icon.rule') });
        changeIcon(site.id, file).then(changed, (error: unknown) => toastFailure(t('icon.refused'), error));
    });
    input.click();
}

const plugin = ({ version, wordpress, woocommerce }: SiteHealth): string =>
    t('shop.works_text', {
        version: version ?? '?',
        wordpress: wordpress ?? '?',
        woocommerce: woocommerce ? t('shop.with_woocommerce', { version: woocommerce }) : '',
    });

function healthCell(health: SiteHealth | null) {
    if (!health) return state('none', t('shop.unknown'));
    const { trouble, outbox_failed: refused, outbox_queued: waiting } = health;
    let beside = t('shop.checked', { ago: ago(health.checked_at) });
    if (!trouble && refused > 0) beside = t('shop.refused', { count: refused });
    else if (!trouble && waiting > 0) beside = t('shop.waits', { count: waiting });
    const colour = trouble ? 'bad' : refused > 0 ? 'warn' : 'good';
    const words = trouble ? wordFor('shop_trouble', trouble) : (health.version ?? '');
    return html`<span>${state(colour, words)} <small class="quiet">· ${beside}</small></span>`;
}

async function check(site: Site, changed: () => void): Promise<void> {
    try {
        const health = await checkSite(site.id);
        toast(
            health.trouble
                ? {
                      kind: 'error',
                      title: `${site.name}: ${wordFor('shop_trouble', health.trouble)}`,
                      text: wordIfKnown('shop_advice', health.trouble) ?? '',
                  }
                : { kind: 'done', title: t('shop.works'), text: plugin(health) },
        );
        changed();
    } catch (error) {
        toastFailure(t('shop.not_checked'), error);
    }
}

export const page: PageModule = {
    async open(place) {
        await learn({
            uk: () => import('../../locales/shops.uk.json'),
            en: () => import('../../locales/shops.en.json'),
        });
        const changed = (): void => {
            void readReferenceAnew().catch(() => undefined);
            void shown.list.refetch();
        };
        const add = (): void =>
            void openFormDialog({
                title: t('site.add'),
                wide: true,
                parts: siteFields(),
                submit: t('site.add'),
                act: async (values) => {
                    const site = await addSite(siteChange(values));
                    changed();
                    try {
                        showToken(site.name, (await addSiteToken(site.id, 'WordPress')).token);
                    } catch (error) {
                        if (!(error instanceof Failure)) throw error;
                        toastFailure(t('token.not_made'), error);
                    }
                },
            });
        const edit = (site: Site): void => {
            const parts = siteFields(site);
            openFormDialog({
                title: site.name,
                wide: true,
                parts,
                submit: t('save'),
                act: async (values) => {
                    await changeSite(site.id, siteChange(changesOf(values, parts)));
                    changed();
                },
            });
        };
        const act = (name: string, site: Site): void => {
            if (name === 'edit') edit(site);
            if (name === 'check') void check(site, changed);
            if (name === 'tokens') openTokens(site);
            if (name === 'icon') chooseIcon(site, changed);
            if (name === 'no-icon')
                removeIcon(site.id).then(changed, (error: unknown) => toastFailure(t('icon.not_removed'), error));
        };
        const shown: ListPage<Site> = openListPage<Site>(place, {
            page: 'sites',
            title: t('page.sites'),
            lead: t('sites.lead'),
            add: { label: t('site.add'), run: add },
            columns: [
                {
                    key: 'name',
                    title: t('site.name'),
                    cell: (site) => nameCell(site.name, site.url, siteMark(site)),
                    always: true,
                    order: byText((site) => site.name),
                },
                {
                    key: 'group',
                    title: t('site.group'),
                    cell: (site) => html`${siteGroups().find(({ id }) => id === site.site_group_id)?.name ?? '—'}`,
                },
                {
                    key: 'currency',
                    title: t('site.currency'),
                    cell: (site) => html`${site.currency}`,
                    order: byText((site) => site.currency),
                },
                { key: 'plugin', title: t('shop.plugin'), cell: (site) => healthCell(site.health) },
                { key: 'zone', title: t('site.time_zone'), cell: (site) => html`${site.time_zone}` },
                {
                    key: 'state',
                    title: t('state'),
                    cell: (site) => (site.is_active ? state('good', t('site.is_active')) : state('none', t('site.is_off'))),
                },
            ],
            read: listSites,
            textOf: (site) => `${site.name} ${site.url} ${site.currency}`,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            // That it was looked at again is no news.
            stampOf: ({ health, ...site }) =>
                JSON.stringify({ ...site, health: health && { ...health, checked_at: '', ok_at: '' } }),
            open: edit,
            actions: (site) => [
                { name: 'edit', label: t('edit'), sign: 'pencil' },
                { name: 'tokens', label: t('tokens'), sign: 'key' },
                { name: 'check', label: t('shop.check'), sign: 'plug' },
                { name: 'icon', label: t('icon.upload'), sign: 'upload' },
                ...(site.icon_url ? [{ name: 'no-icon', label: t('icon.remove'), sign: 'trash' as const }] : []),
            ],
            act,
            empty: { sign: 'shop', title: t('sites.none'), text: t('sites.none_text') },
        });
        const read = calmly(() => shown.list.refetch(), liveAgainMs);
        const ends = [onLive('shops', read), onLive('again', read), whileSeen(read)];
        return {
            ...shown,
            close: () => {
                for (const end of ends) end();
                shown.close?.();
            },
        };
    },
};
