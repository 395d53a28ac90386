import { confirmed } from './parts/dialog';
import { parseQuery, queryString } from './query';
import type { Query } from './query';
import type { Frame } from './shell/frame';
import { t } from './words';

/** What a page is given. */
export interface Place {
    root: HTMLElement;
    query: Query;
    /** What stands around it; pages for people who are not signed in stand alone. */
    frame?: Frame;
}

/** What a page gives back: how it is told that it ends, and that its address changed. */
export interface OpenPage {
    /** The query changed under it: by a link, or by going back. */
    asked?: (query: Query) => void;
    /** Reads its data anew: the server is back. */
    refresh?: () => void;
    close?: () => void;
}

export interface PageModule {
    open(place: Place): OpenPage | Promise<OpenPage>;
}

type Show = (path: string, query: Query) => void;
let show: Show = () => undefined;

// Forms that hold what is not saved yet.
const unsaved = new Set<() => boolean>();

/** `isDirty` is asked before the page is left. Gives the function that ends it. */
export function guardUnsaved(isDirty: () => boolean): () => void {
    unsaved.add(isDirty);
    return () => unsaved.delete(isDirty);
}

export async function mayLeave(): Promise<boolean> {
    if (![...unsaved].some((isDirty) => isDirty())) return true;
    const leave = await confirmed({
        title: t('unsaved.title'),
        text: t('unsaved.text'),
        yes: t('unsaved.leave'),
        no: t('unsaved.stay'),
        danger: true,
    });
    if (leave) unsaved.clear();
    return leave;
}

function shown(): string {
    return location.pathname + location.search;
}

let here = '';

export async function go(address: string): Promise<void> {
    const target = new URL(address, location.href);
    if (target.pathname !== location.pathname && !(await mayLeave())) return;
    if (target.pathname + target.search !== shown()) history.pushState(null, '', target);
    arrive();
}

/** The query as the page shows it now. `keep` makes a step to go back to. */
export function putQuery(query: Query, keep = false): void {
    const address = location.pathname + queryString(query);
    if (address === shown()) return;
    history[keep ? 'pushState' : 'replaceState'](null, '', address);
    here = shown();
}

export function arrive(): void {
    here = shown();
    show(location.pathname, parseQuery(location.search));
}

export function startRouter(shows: Show): void {
    show = shows;
    document.addEventListener('click', (event) => {
        const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]');
        if (
            !link ||
            event.defaultPrevented ||
            event.button !== 0 ||
            event.metaKey ||
            event.ctrlKey ||
            event.shiftKey ||
            event.altKey
        )
            return;
        if (
            link.target ||
            link.hasAttribute('download') ||
            link.origin !== location.origin ||
            link.pathname.startsWith('/api/')
        )
            return;
        event.preventDefault();
        void go(link.href);
    });
    window.addEventListener('popstate', () => {
        void (async () => {
            const target = shown();
            if (new URL(here, location.href).pathname !== location.pathname && !(await mayLeave()))
                history.pushState(null, '', here);
            else if (target !== here) arrive();
        })();
    });
    window.addEventListener('beforeunload', (event) => {
        if ([...unsaved].some((isDirty) => isDirty())) event.preventDefault();
    });
}
