import type { Field } from '../../parts/field';
import { t } from '../../words';

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
    | 'groups';

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
    { name: 'SEO', link: true, quantity: true, params: ['keywords'] },
];

const lines: readonly ParamName[] = ['keywords', 'comments', 'usernames', 'hashtags', 'groups'];
const optional: readonly ParamName[] = ['runs', 'interval'];
const numbers: readonly ParamName[] = ['runs', 'interval', 'answer_number'];

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
        return {
            name: param,
            label,
            kind: numbers.includes(param) ? 'number' : 'text',
            required: !optional.includes(param),
            half: true,
        };
    });
    return [...quantity, ...params];
}
