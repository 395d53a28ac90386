import { changeMe, changePassword } from '../../api/me';
import type { OwnChange } from '../../api/me';
import { readSession } from '../../api/session';
import type { Theme } from '../../api/session';
import { element, html, part } from '../../html';
import { formCard } from '../../parts/card';
import type { Field } from '../../parts/field';
import { changesOf } from '../../parts/form';
import { toast } from '../../parts/toast';
import type { PageModule } from '../../router';
import { arrive } from '../../router';
import { account, begin } from '../../session';
import { language, languages, ownNames, t } from '../../words';
import { sessionsCard } from './sessions';
import { tokensCard } from './tokens';
import { totpCard } from './totp';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const shortestPassword = 8;

function zones(): string[] {
    const all = Intl.supportedValuesOf('timeZone');
    return all.includes(account().time_zone) ? all : [account().time_zone, ...all];
}

function profileFields(): Field[] {
    const { name, email, locale, time_zone, theme } = account();
    return [
        {
            name: 'name',
            label: t('user.name'),
            kind: 'text',
            required: true,
            longest: 255,
            value: name,
            autocomplete: 'name',
            half: true,
        },
        {
            name: 'email',
            label: t('sign_in.email'),
            kind: 'email',
            required: true,
            longest: 255,
            value: email,
            autocomplete: 'email',
            half: true,
        },
        {
            name: 'locale',
            label: t('language'),
            kind: 'select',
            value: locale,
            choices: languages.map((value) => ({ value, label: ownNames[value] })),
            half: true,
        },
        {
            name: 'theme',
            label: t('theme'),
            kind: 'select',
            value: theme,
            choices: themes.map((value) => ({ value, label: t(`theme.${value}`) })),
            half: true,
        },
        {
            name: 'time_zone',
            label: t('me.time_zone'),
            kind: 'select',
            value: time_zone,
            choices: zones().map((value) => ({ value, label: value.replaceAll('_', ' ') })),
            help: t('me.time_zone_help'),
        },
        {
            name: 'current_password',
            label: t('password.current'),
            kind: 'password',
            autocomplete: 'current-password',
            help: t('me.password_for_email'),
        },
    ];
}

/** /user/settings */
export const page: PageModule = {
    open({ root, frame }) {
        const fields = profileFields();
        const profile = formCard(t('me.profile'), '', fields, t('save'), async (values) => {
            const { current_password, ...changes } = changesOf(values, fields);
            const before = language();
            const change = {
                ...changes,
                ...('email' in changes && current_password ? { current_password } : {}),
            } as OwnChange;
            await begin(await changeMe(change));
            toast({ kind: 'done', title: t('me.saved') });
            if (language() !== before || 'name' in changes) {
                profile.release();
                frame?.anew();
            }
        });
        const password = formCard(
            t('me.password'),
            t('me.password_lead'),
            [
                {
                    name: 'current_password',
                    label: t('password.current'),
                    kind: 'password',
                    required: true,
                    autocomplete: 'current-password',
                    half: true,
                },
                {
                    name: 'password',
                    label: t('password.new'),
                    kind: 'password',
                    required: true,
                    autocomplete: 'new-password',
                    help: t('password.rule', { count: shortestPassword }),
                    half: true,
                },
            ],
            t('me.password_change'),
            async (values) => {
                await changePassword(String(values.current_password), String(values.password));
                part<HTMLFormElement>(password.root, 'form').reset();
                toast({ kind: 'done', title: t('me.password_changed'), text: t('me.password_others') });
            },
        );
        const cards = element(html`<div class="cards"></div>`);
        cards.append(
            profile.root,
            password.root,
            totpCard(async () => begin(await readSession())),
            sessionsCard(),
            tokensCard(),
        );
        root.append(element(html`<header class="page-head"><h1>${t('page.me')}</h1></header>`), cards);
        return {
            refresh: arrive,
            close: () => {
                profile.release();
                password.release();
            },
        };
    },
};
