import type { Session } from './api/session';

type Enter = (session: Session, address: string) => Promise<void>;
let enterNow: Enter = () => Promise.resolve();

/** main.ts says how the page begins for somebody who has signed in. */
export function whenSomebodyEnters(run: Enter): void {
    enterNow = run;
}

export function enter(session: Session, address: string): Promise<void> {
    return enterNow(session, address);
}
