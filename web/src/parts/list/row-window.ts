/** One page of rows, with the cursor that it was asked for by. */
interface Page<Row> {
    cursor: number | undefined;
    rows: Row[];
}

/** How many rows are kept: each costs time whenever the list is read anew, and what was scrolled away comes back by a button. */
export function kept(perPage: number): number {
    return Math.max(200, 3 * perPage);
}

/**
 * The rows of a long list that are kept: a window that moves over it page by page. What leaves it above or below can be read
 * again, since the cursors stay.
 */
export class RowWindow<Row> {
    #pages: Page<Row>[] = [];
    #above: (number | undefined)[] = [];
    #next: number | null = null;

    constructor(readonly most: number) {}

    get rows(): Row[] {
        return this.#pages.flatMap((page) => page.rows);
    }

    get next(): number | null {
        return this.#next;
    }

    /** The cursor of the page before the first one that is kept; nothing when the list begins here. */
    get previous(): { cursor: number | undefined } | undefined {
        return this.#above.length > 0 ? { cursor: this.#above.at(-1) } : undefined;
    }

    get firstCursor(): number | undefined {
        return this.#pages[0]?.cursor;
    }

    begin(rows: Row[], next: number | null): void {
        this.#above = [];
        this.#pages = [{ cursor: undefined, rows }];
        this.#next = next;
    }

    append(rows: Row[], next: number | null): void {
        if (this.#next === null) return;
        this.#pages.push({ cursor: this.#next, rows });
        this.#next = next;
        while (this.rows.length > this.most && this.#pages.length > 1) this.#above.push(this.#pages.shift()?.cursor);
    }

    prepend(rows: Row[]): void {
        this.#pages.unshift({ cursor: this.#above.pop(), rows });
        while (this.rows.length > this.most && this.#pages.length > 1) this.#next = this.#pages.pop()?.cursor ?? null;
    }

    /** Puts rows that were read anew in the place of those with the same id; gives how many there were. */
    replace(fresh: Row[], idOf: (row: Row) => number): number {
        const byId = new Map(fresh.map((row) => [idOf(row), row]));
        let replaced = 0;
        for (const page of this.#pages)
            page.rows = page.rows.map((row) => {
                const found = byId.get(idOf(row));
                if (found) replaced++;
                return found ?? row;
            });
        return replaced;
    }
}
