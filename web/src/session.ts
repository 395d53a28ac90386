// Who is signed in, and what follows from it for the page: language, theme, time zone.

import { useCsrf } from './api/client';
import type { Account, Role, Session, Theme } from './api/session';
import { useTimeZone } from './format';
import { language, speak } from './words';

let session: Session | undefined;

export function current(): Session | undefined {
    return session;
}

export function account(): Account {
    if (!session) throw new Error('nobody is signed in');
    return session.user;
}

const ranks: Record<Role, number> = { user: 0, manager: 1, admin: 2 };

/** Whether the person may do what takes at least this role. */
export function may(least: Role): boolean {
    return session !== undefined && ranks[session.user.role] >= ranks[least];
}

export async function begin(fresh: Session): Promise<void> {
    session = fresh;
    useCsrf(fresh.csrf);
    useTimeZone(fresh.user.time_zone);
    showTheme(fresh.user.theme);
    if (language() !== fresh.user.locale) await speak(fresh.user.locale);
    remember('language', fresh.user.locale);
}

export function end(): void {
    session = undefined;
    useCsrf('');
}

// What this device remembers is for the page before anybody has signed in, and for how lists look.
export function remember(name: string, value: string): void {
    try {
        localStorage.setItem(`smgcrm.${name}`, value);
    } catch {
        // A browser that keeps nothing: everything works, it only begins anew.
    }
}

export function remembered(name: string): string | undefined {
    try {
        return localStorage.getItem(`smgcrm.${name}`) ?? undefined;
    } catch {
        return undefined;
    }
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
let theme: Theme = 'system';

function paint(): void {
    document.documentElement.dataset.bsTheme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}

dark.addEventListener('change', paint);

export function showTheme(chosen: Theme): void {
    theme = chosen;
    remember('theme', chosen);
    paint();
}

export function showRememberedTheme(): void {
    const known = remembered('theme');
    showTheme(known === 'light' || known === 'dark' ? known : 'system');
}
