/** Which rows are chosen: some by their ids, or all that the filters give. */
export class Selection {
    #ids = new Set<number>();
    #all = false;
    #last: number | undefined;
    readonly #changed: () => void;

    constructor(changed: () => void) {
        this.#changed = changed;
    }

    get ids(): number[] {
        return [...this.#ids];
    }

    get all(): boolean {
        return this.#all;
    }

    get isEmpty(): boolean {
        return this.#ids.size === 0;
    }

    has(id: number): boolean {
        return this.#all || this.#ids.has(id);
    }

    toggle(id: number): void {
        this.#all = false;
        if (!this.#ids.delete(id)) this.#ids.add(id);
        this.#last = id;
        this.#changed();
    }

    /** From the last one that was toggled to this one, in the order of `shown`. */
    extend(id: number, shown: readonly number[]): void {
        const from = this.#last === undefined ? -1 : shown.indexOf(this.#last),
            to = shown.indexOf(id);
        if (from < 0 || to < 0) return this.toggle(id);
        for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#ids.add(one);
        this.#last = id;
        this.#changed();
    }

    choose(ids: readonly number[]): void {
        for (const id of ids) this.#ids.add(id);
        this.#changed();
    }

    chooseAll(): void {
        this.#all = true;
        this.#changed();
    }

    clear(): void {
        this.#ids.clear();
        this.#all = false;
        this.#last = undefined;
        this.#changed();
    }
}
