import './style/index.css';

import { readSession, setupNeeded } from './api/session';
import type { Session } from './api/session';
import { Failure, useCsrf, whenCsrfIsOld, whenSessionEnds } from './api/client';
import { whenSomebodyEnters } from './entrance';
import { fill, part } from './html';
import { listenForCopies } from './parts/copy';
import { errorState } from './parts/states';
import { toast } from './parts/toast';
import type { Query } from './query';
import { forgetReference, readReferenceAnew, reference } from './reference';
import { arrive, go, startRouter } from './router';
import type { OpenPage, PageModule } from './router';
import { begin, current, end, may, remembered, showRememberedTheme } from './session';
import { watchConnection } from './shell/banner';
import { Frame } from './shell/frame';
import { pageAt } from './shell/pages';
import { openPalette } from './shell/palette';
import { listenForKeys, showKeys, useKeys } from './shell/shortcuts';
import { signInAgain } from './shell/sign-in-again';
import { speak, t } from './words';

const app = part(document, '#app');
let frame: Frame | undefined;
let open: { path: string; page: OpenPage } | undefined;
let turn = 0;

function closePage(): void {
    open?.page.close?.();
    open = undefined;
}

function dropFrame(): void {
    closePage();
    frame?.close();
    frame = undefined;
    app.replaceChildren();
}

/** The frame with everything in it once more: another language, another person. */
function anew(): void {
    dropFrame();
    arrive();
}

function signedOut(): void {
    end();
    forgetReference();
    dropFrame();
    void go('/');
}

async function signedIn(session: Session, address: string): Promise<void> {
    await begin(session);
    dropFrame();
    await go(address);
    arrive();
}

// Pages that need nobody signed in stand alone.
async function showAlone(load: () => Promise<{ page: PageModule }>, path: string, query: Query): Promise<void> {
    const mine = ++turn;
    dropFrame();
    const { page } = await load();
    if (mine !== turn) return;
    open = { path, page: await page.open({ root: app, query }) };
}

async function showFramed(
    load: () => Promise<{ page: PageModule }>,
    title: string,
    path: string,
    query: Query,
): Promise<void> {
    const mine = ++turn;
    closePage();
    if (!frame) {
        frame = new Frame(signedOut, anew);
        app.replaceChildren(frame.root);
    }
    const { root: around, room } = frame;
    frame.show(title);
    room.replaceChildren();
    window.scrollTo(0, 0);
    try {
        const [{ page }] = await Promise.all([load(), reference()]);
        if (mine !== turn || !around.isConnected) return;
        open = { path, page: await page.open({ root: room, query, frame }) };
        // Who came by a link or a key reads on in the new page.
        if (document.activeElement === document.body) room.focus({ preventScroll: true });
    } catch (error) {
        if (mine !== turn) return;
        // Also a chunk that is gone because the program was replaced by a newer one.
        fill(room, errorState(t('page.failed'), error instanceof Error ? error.message : ''));
        room.querySelector('[data-action="retry"]')?.addEventListener('click', () =>
            error instanceof Failure ? arrive() : location.reload(),
        );
    }
}

async function show(path: string, query: Query): Promise<void> {
    if (path === '/setup') return showAlone(() => import('./pages/setup'), path, query);
    if (path === '/reset') return showAlone(() => import('./pages/reset'), path, query);
    if (!current()) {
        if (path === '/' && (await setupNeeded().catch(() => false)))
            return showAlone(() => import('./pages/setup'), path, query);
        return showAlone(() => import('./pages/sign-in'), path, query);
    }
    if (path === '/') {
        history.replaceState(null, '', '/order');
        return arrive();
    }
    const entry = pageAt(path);
    if (open?.path === path && open.page.asked && frame) {
        if (entry) frame.show(t(entry.title));
        return open.page.asked(query);
    }
    if (!entry) return showFramed(() => import('./pages/not-found'), t('page.not_found'), path, query);
    if (!may(entry.least)) return showFramed(() => import('./pages/forbidden'), t('page.forbidden'), path, query);
    return showFramed(entry.load, t(entry.title), path, query);
}

async function whoIsThere(): Promise<void> {
    try {
        await begin(await readSession());
    } catch (error) {
        if (!(error instanceof Failure)) throw error;
    }
}

async function start(): Promise<void> {
    showRememberedTheme();
    await speak(remembered('language') === 'en' ? 'en' : 'uk');
    whenSomebodyEnters(signedIn);
    whenSessionEnds(() => signInAgain(anew));
    whenCsrfIsOld(async () => useCsrf((await readSession()).csrf));
    await whoIsThere();
    listenForKeys();
    listenForCopies();
    useKeys({
        'ctrl+k': () => current() && openPalette(),
        '?': () => current() && showKeys(),
        'g o': () => current() && void go('/order'),
        'g u': () => may('manager') && void go('/order?needs_decision=1'),
    });
    watchConnection(() => void back());
    window.addEventListener('unhandledrejection', (event) => {
        toast({
            kind: 'error',
            title: t('error.unexpected'),
            text: event.reason instanceof Error ? event.reason.message : '',
        });
    });
    startRouter((path, query) => void show(path, query));
    arrive();
}

// The server is back after it was away: what is shown is read anew.
async function back(): Promise<void> {
    if (!current()) {
        await whoIsThere();
        return arrive();
    }
    await readReferenceAnew().catch(() => undefined);
    if (open?.page.refresh) open.page.refresh();
    else arrive();
}

void start();
