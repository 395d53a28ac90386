import type { Many } from '../../api/client';
import type { Query } from '../../query';
import type { Column } from './columns';

/** For lists that the server gives as a whole: search, filters and order are done here. */
export function whole<Row>(
    read: () => Promise<Row[]>,
    columns: readonly Column<Row>[],
    textOf: (row: Row) => string,
    fits: (row: Row, query: Query) => boolean = () => true,
): (query: Query) => Promise<Many<Row>> {
    return async (query) => {
        const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
        const rows = (await read()).filter((row) => {
            const text = textOf(row).toLowerCase();
            return words.every((word) => text.includes(word)) && fits(row, query);
        });
        const order = columns.find(({ key }) => key === query.sort?.replace(/^-/, ''))?.order;
        if (order) rows.sort(query.sort?.startsWith('-') ? (a, b) => order(b, a) : order);
        return { data: rows, meta: { next_cursor: null, count: String(rows.length) } };
    };
}

export const byText =
    <Row>(of: (row: Row) => string) =>
    (a: Row, b: Row): number =>
        of(a).localeCompare(of(b));

export const byNumber =
    <Row>(of: (row: Row) => number) =>
    (a: Row, b: Row): number =>
        of(a) - of(b);
