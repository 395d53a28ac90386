import type { Choice, Field } from '../../parts/field';
import { t, wordFor } from '../../words';

// The order types that panels know, with the fields that each takes: the same table as the server's.
type ParamName =
    | 'runs'
    | 'interval'
    | 'keywords'
    | 'comments'
    | 'usernames'
    | 'hashtags'
    | 'hashtag'
    | 'username'
    | 'media'
    | 'answer_number'
    | 'groups'
    | 'min'
    | 'max'
    | 'posts'
    | 'old_posts'
    | 'delay'
    | 'expiry'
    | 'country'
    | 'device'
    | 'type_of_traffic'
    | 'google_keyword'
    | 'referring_url';

interface OrderType {
    name: string;
    link: boolean;
    quantity: boolean;
    params: readonly ParamName[];
}

export const orderTypes: readonly OrderType[] = [
    { name: 'Default', link: true, quantity: true, params: ['runs', 'interval'] },
    { name: 'Package', link: true, quantity: false, params: [] },
    { name: 'Custom Comments', link: true, quantity: false, params: ['comments'] },
    { name: 'Custom Comments Package', link: true, quantity: false, params: ['comments'] },
    { name: 'Comment Likes', link: true, quantity: true, params: ['username'] },
    { name: 'Comment Replies', link: true, quantity: false, params: ['username', 'comments'] },
    { name: 'Mentions', link: true, quantity: true, params: ['usernames'] },
    { name: 'Mentions with Hashtags', link: true, quantity: true, params: ['usernames', 'hashtags'] },
    { name: 'Mentions Custom List', link: true, quantity: false, params: ['usernames'] },
    { name: 'Mentions Hashtag', link: true, quantity: true, params: ['hashtag'] },
    { name: 'Mentions User Followers', link: true, quantity: true, params: ['username'] },
    { name: 'Mentions Media Likers', link: true, quantity: true, params: ['media'] },
    { name: 'Poll', link: true, quantity: true, params: ['answer_number'] },
    { name: 'Invites from Groups', link: true, quantity: true, params: ['groups'] },
    {
        name: 'Subscriptions',
        link: false,
        quantity: false,
        params: ['username', 'min', 'max', 'posts', 'old_posts', 'delay', 'expiry'],
    },
    {
        name: 'Web Traffic',
        link: true,
        quantity: true,
        params: ['country', 'device', 'type_of_traffic', 'google_keyword', 'referring_url', 'runs', 'interval'],
    },
    { name: 'SEO', link: true, quantity: true, params: ['keywords'] },
];

const lines: readonly ParamName[] = ['keywords', 'comments', 'usernames', 'hashtags', 'groups'];
const optional: readonly ParamName[] = ['runs', 'interval', 'posts', 'old_posts', 'expiry'];
const numbers: readonly ParamName[] = ['runs', 'interval', 'answer_number', 'min', 'max', 'posts', 'old_posts'];

const delaysInMinutes = [0, 5, 10, 15, 20, 30, 40, 50, 60, 90, 120, 150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 600];

function choicesOf(param: ParamName): Choice[] | undefined {
    const worded = (values: number[]): Choice[] =>
        values.map((value) => ({ value: String(value), label: wordFor(`param.${param}`, String(value)) }));
    if (param === 'delay')
        return delaysInMinutes.map((value) => ({ value: String(value), label: t('param.minutes', { count: value }) }));
    if (param === 'device') return worded([1, 2, 3, 4, 5]);
    if (param === 'type_of_traffic') return worded([1, 2, 3]);
    return undefined;
}

/** Fields that belong to one answer of another field alone. */
export const onlyWith: readonly { param: string; when: string; is: string }[] = [
    { param: 'google_keyword', when: 'type_of_traffic', is: '1' },
    { param: 'referring_url', when: 'type_of_traffic', is: '2' },
];

export const hasLink = (name: string): boolean => orderTypes.find((one) => one.name === name)?.link ?? true;

/** The fields of one type, beside those that every order has. */
export function fieldsOfType(name: string): Field[] {
    const type = orderTypes.find((one) => one.name === name);
    const quantity: Field[] = type?.quantity
        ? [{ name: 'quantity', label: t('order.quantity'), kind: 'number', required: true, least: 1, half: true }]
        : [];
    const params = (type?.params ?? []).map((param): Field => {
        const label = t(`param.${param}`);
        if (lines.includes(param))
            return { name: param, label, kind: 'area', rows: 4, required: true, help: t('param.lines') };
        const choices = choicesOf(param);
        if (choices) return { name: param, label, kind: 'select', choices, value: choices[0]?.value ?? '', half: true };
        return {
            name: param,
            label,
            kind: numbers.includes(param) ? 'number' : 'text',
            required: !optional.includes(param),
            half: true,
            ...(param === 'expiry' ? { help: t('param.expiry_help') } : {}),
        };
    });
    return [...quantity, ...params];
}
