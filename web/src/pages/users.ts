import type { Role } from '../api/session';
import { addUser, changeUser, dropSessions, dropTotp, listUsers, resetLink } from '../api/users';
import type { User, UserChange } from '../api/users';
import { ago, dayAndClock } from '../format';
import { html } from '../html';
import { shownOnce } from '../parts/copy';
import { confirmed, openDialog } from '../parts/dialog';
import type { Field } from '../parts/field';
import type { Values } from '../parts/form';
import { openFormDialog } from '../parts/form-dialog';
import { nameCell, openListPage, state, yesNo } from '../parts/list-page';
import type { ListPage } from '../parts/list-page';
import type { MenuItem } from '../parts/menu';
import { byText } from '../parts/list/whole';
import { toast, toastFailure } from '../parts/toast';
import { siteById, siteGroups, sites } from '../reference';
import type { PageModule } from '../router';
import { account } from '../session';
import { t } from '../words';

const roles: readonly Role[] = ['user', 'manager', 'admin'];

function fields(user?: User): Field[] {
    const own: Field[] = user
        ? []
        : [
              {
                  name: 'password',
                  label: t('user.password'),
                  kind: 'password',
                  autocomplete: 'new-password',
                  help: t('user.password_help'),
              },
          ];
    return [
        {
            name: 'name',
            label: t('user.name'),
            kind: 'text',
            required: true,
            longest: 255,
            value: user?.name ?? '',
            half: true,
        },
        {
            name: 'email',
            label: t('sign_in.email'),
            kind: 'email',
            required: true,
            longest: 255,
            value: user?.email ?? '',
            half: true,
        },
        {
            name: 'role',
            label: t('user.role'),
            kind: 'select',
            value: user?.role ?? 'user',
            choices: roles.map((role) => ({ value: role, label: t(`role.${role}`) })),
            help: t('user.role_help'),
        },
        {
            name: 'edits_wallets',
            label: t('user.edits_wallets'),
            kind: 'switch',
            value: user?.edits_wallets ?? false,
            help: t('user.edits_wallets_help'),
        },
        ...groups(user),
        {
            name: 'site_ids',
            label: t('user.sites'),
            kind: 'checks',
            value: user?.site_ids ?? [],
            choices: sites().map(({ id, name }) => ({ value: String(id), label: name })),
            help: t('user.sites_help'),
        },
        ...own,
    ];
}

function groups(user?: User): Field[] {
    if (siteGroups().length === 0) return [];
    return [
        {
            name: 'site_group_ids',
            label: t('user.groups'),
            kind: 'checks',
            value: user?.site_group_ids ?? [],
            choices: siteGroups().map(({ id, name }) => ({ value: String(id), label: name })),
        },
    ];
}

function changeOf(values: Values): UserChange {
    const ids = (name: string): number[] => ((values[name] ?? []) as string[]).map(Number);
    const { password, ...rest } = values;
    return {
        ...(rest as UserChange),
        site_ids: ids('site_ids'),
        site_group_ids: ids('site_group_ids'),
        ...(password ? { password: String(password) } : {}),
    };
}

function showLink(user: User, url: string, until?: string): void {
    openDialog({
        title: t('reset_link.title', { name: user.name }),
        body: html`<p class="dialog-text">${t('reset_link.text')}</p>
            ${shownOnce(url)}${until && html`<p class="quiet">${t('reset_link.until', { at: dayAndClock(until) })}</p>`}`,
    });
}

function access(user: User): string {
    if (user.all_sites) return t('user.all_sites');
    const names = [
        ...user.site_group_ids.map((id) => siteGroups().find((group) => group.id === id)?.name),
        ...user.site_ids.map((id) => siteById(id)?.name),
    ];
    return names.filter(Boolean).join(', ') || t('user.no_sites');
}

function actionsOf(user: User): MenuItem[] {
    const own = user.id === account().id;
    return [
        { name: 'edit', label: t('edit'), sign: 'pencil' },
        { name: 'link', label: t('user.reset_link'), sign: 'key' },
        ...(user.totp_enabled ? [{ name: 'totp', label: t('user.drop_totp'), sign: 'shield-lock' as const }] : []),
        { name: 'sessions', label: t('user.drop_sessions'), sign: 'box-arrow-right' },
        user.is_active
            ? {
                  name: 'off',
                  label: t('user.disable'),
                  sign: 'slash-circle',
                  danger: true,
                  ...(own ? { off: t('user.not_yourself') } : {}),
              }
            : { name: 'on', label: t('user.enable'), sign: 'play-circle' },
    ];
}

interface Step {
    title: string;
    text: string;
    run: (user: User) => Promise<unknown>;
    done: string;
}

const steps: Record<string, () => Step> = {
    off: () => ({
        title: t('user.disable'),
        text: t('user.disable_text'),
        run: ({ id }) => changeUser(id, { is_active: false }),
        done: t('user.disabled'),
    }),
    on: () => ({
        title: t('user.enable'),
        text: t('user.enable_text'),
        run: ({ id }) => changeUser(id, { is_active: true }),
        done: t('user.enabled'),
    }),
    totp: () => ({
        title: t('user.drop_totp'),
        text: t('user.drop_totp_text'),
        run: ({ id }) => dropTotp(id),
        done: t('user.totp_dropped'),
    }),
    sessions: () => ({
        title: t('user.drop_sessions'),
        text: t('user.drop_sessions_text'),
        run: ({ id }) => dropSessions(id),
        done: t('user.sessions_dropped'),
    }),
};

export const page: PageModule = {
    open(place) {
        const edit = (user?: User): void =>
            void openFormDialog({
                title: user?.name ?? t('user.add'),
                wide: true,
                parts: fields(user),
                submit: user ? t('save') : t('user.add'),
                act: async (values) => {
                    if (user) await changeUser(user.id, changeOf(values));
                    else {
                        const made = await addUser(changeOf(values));
                        if (made.reset_link) showLink(made, made.reset_link.url, made.reset_link.expires_at);
                    }
                    void shown.list.refetch();
                },
            });
        const link = async (user: User): Promise<void> => {
            if (
                !(await confirmed({
                    title: t('user.reset_link'),
                    text: t('reset_link.ask', { name: user.name }),
                    yes: t('reset_link.make'),
                }))
            )
                return;
            try {
                const made = await resetLink(user.id);
                showLink(user, made.url, made.expires_at);
            } catch (error) {
                toastFailure(t('reset_link.failed'), error);
            }
        };
        const carryOut = async (name: string, user: User): Promise<void> => {
            const step = steps[name]?.();
            if (
                !step ||
                !(await confirmed({
                    title: `${step.title}: ${user.name}`,
                    text: step.text,
                    yes: step.title,
                    danger: name !== 'on',
                }))
            )
                return;
            try {
                await step.run(user);
                toast({ kind: 'done', title: step.done, text: user.name });
                void shown.list.refetch();
            } catch (error) {
                toastFailure(t('user.failed'), error);
            }
        };
        const shown: ListPage<User> = openListPage<User>(place, {
            page: 'users',
            title: t('page.users'),
            add: { label: t('user.add'), run: () => edit() },
            filters: [
                {
                    name: 'role',
                    label: t('user.role'),
                    kind: 'choice',
                    choices: () => roles.map((role) => ({ value: role, label: t(`role.${role}`) })),
                },
            ],
            fits: (user, query) => !query.role || user.role === query.role,
            columns: [
                {
                    key: 'name',
                    title: t('user.name'),
                    cell: (user) => nameCell(user.name, user.email),
                    always: true,
                    order: byText(({ name }) => name),
                },
                {
                    key: 'role',
                    title: t('user.role'),
                    cell: ({ role }) => html`${t(`role.${role}`)}`,
                    order: byText(({ role }) => role),
                },
                {
                    key: 'access',
                    title: t('user.access'),
                    cell: (user) => html`<span class="two-lines quiet" title="${access(user)}">${access(user)}</span>`,
                },
                { key: 'totp', title: t('user.totp'), cell: ({ totp_enabled }) => yesNo(totp_enabled) },
                {
                    key: 'seen',
                    title: t('user.seen'),
                    cell: ({ last_seen_at }) =>
                        last_seen_at
                            ? html`<time datetime="${last_seen_at}" title="${dayAndClock(last_seen_at)}"
                                  >${ago(last_seen_at)}</time
                              >`
                            : html`<span class="nothing">—</span>`,
                    order: byText(({ last_seen_at }) => last_seen_at ?? ''),
                },
                {
                    key: 'state',
                    title: t('state'),
                    cell: ({ is_active }) =>
                        is_active ? state('good', t('user.is_active')) : state('none', t('user.is_off')),
                },
            ],
            read: listUsers,
            textOf: ({ name, email }) => `${name} ${email}`,
            idOf: ({ id }) => id,
            nameOf: ({ name }) => name,
            open: edit,
            actions: actionsOf,
            act: (name, user) => {
                if (name === 'edit') edit(user);
                else if (name === 'link') void link(user);
                else void carryOut(name, user);
            },
            empty: { sign: 'people', title: t('users.none'), text: '' },
        });
        return shown;
    },
};
