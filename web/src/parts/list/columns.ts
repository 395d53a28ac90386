import type { Markup } from '../../html';
import { remember, remembered } from '../../session';

export interface Column<Row> {
    key: string;
    title: string;
    cell: (row: Row) => Markup;
    /** Amounts and counts: at the right, in digits of one width. */
    number?: boolean;
    /** Cannot be taken away. */
    always?: boolean;
    /** Not shown until somebody chooses it. */
    extra?: boolean;
    /** Lists that are read as a whole can be sorted by it. */
    order?: (a: Row, b: Row) => number;
}

/** Which columns a person sees on this device. */
export class ChosenColumns<Row> {
    readonly #name: string;
    readonly all: readonly Column<Row>[];
    #hidden: Set<string>;

    constructor(page: string, all: readonly Column<Row>[]) {
        this.#name = `columns.${page}`;
        this.all = all;
        const known = remembered(this.#name);
        this.#hidden = new Set(
            known === undefined ? all.filter((column) => column.extra).map(({ key }) => key) : known.split(','),
        );
    }

    get shown(): Column<Row>[] {
        return this.all.filter((column) => this.isShown(column));
    }

    isShown(column: Column<Row>): boolean {
        return column.always === true || !this.#hidden.has(column.key);
    }

    toggle(key: string): void {
        if (!this.#hidden.delete(key)) this.#hidden.add(key);
        remember(this.#name, [...this.#hidden].join(','));
    }
}
