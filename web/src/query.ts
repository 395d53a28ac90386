// What stands behind the `?` of an address: the filters of a page, so that a link reproduces what somebody sees.

export type Query = Readonly<Record<string, string>>;

export function parseQuery(search: string): Query {
    return Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
}

/** With its `?`; empty values stay away, and equal queries give equal texts. */
export function queryString(query: Query): string {
    const pairs = Object.entries(query)
        .filter(([, value]) => value !== '')
        .sort(([a], [b]) => (a < b ? -1 : 1));
    return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString().replaceAll('%2C', ',')}` : '';
}

/** `query` with some values changed; undefined takes one away. */
export function withValues(query: Query, changes: Record<string, string | undefined>): Query {
    const all = { ...query, ...changes };
    return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => !!pair[1]));
}

export function without(query: Query, ...names: string[]): Query {
    return Object.fromEntries(Object.entries(query).filter(([name]) => !names.includes(name)));
}

export function only(query: Query, names: readonly string[]): Query {
    return Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)));
}
