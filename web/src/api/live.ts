// The live connection: what happened at the server, told as ids and versions. Pages read the rows themselves.
import type Pusher from 'pusher-js';
import type { Channel } from 'pusher-js';

import { csrfToken, get } from './client';

export type LiveState = 'live' | 'connecting' | 'off';

export interface ChangedOrder {
    id: number;
    version: number;
    /** The person who did it. */
    by?: string;
}

export interface LiveEvents {
    orders: { site_id: number; orders: ChangedOrder[]; more: boolean };
    notices: Record<string, never>;
    batches: { ids: number[] };
    /** The products of a shop, or how reading them goes. */
    products: { site_id: number };
    /** The wallets of a shop: a change was asked for, or it is known what became of it. */
    transactions: { site_id: number };
    /** Whether a shop's plugin answers was looked at. */
    shops: { site_id: number };
    /** The connection is back after it was lost: whatever happened meanwhile was not told. */
    again: Record<string, never>;
}

interface Where {
    key: string;
    channels: string[];
    /** With port and tls: an outside server; otherwise the one that the page is from. */
    host?: string;
    port?: number;
    tls?: boolean;
}

const connectAgainMs = 5000;

type Listener = (data: never) => void;

const names: Record<string, keyof LiveEvents> = {
    'orders.changed': 'orders',
    'notices.changed': 'notices',
    'batch.progress': 'batches',
    'products.changed': 'products',
    'transactions.changed': 'transactions',
    'sites.checked': 'shops',
};

const listeners = new Map<keyof LiveEvents, Set<Listener>>();
const watchers = new Set<(state: LiveState) => void>();
let pusher: Pusher | undefined;
let state: LiveState = 'off';
let turn = 0;
const present = new Map<string, (others: string[]) => void>();

function tell(event: keyof LiveEvents, data: unknown): void {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(data as never);
}

function become(now: LiveState): void {
    if (state === now) return;
    state = now;
    for (const watcher of [...watchers]) watcher(now);
}

export function onLive<E extends keyof LiveEvents>(event: E, listener: (data: LiveEvents[E]) => void): () => void {
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
}

/** Called at once with the state as it is. */
export function onLiveState(watcher: (state: LiveState) => void): () => void {
    watchers.add(watcher);
    watcher(state);
    return () => watchers.delete(watcher);
}

function listen(channel: Channel): void {
    for (const [name, event] of Object.entries(names)) channel.bind(name, (data: unknown) => tell(event, data));
}

/** Connects, and stays connected until stopLive(). What it loads comes after the page is there. */
export async function startLive(): Promise<void> {
    const mine = ++turn;
    const [{ default: Client }, where] = await Promise.all([import('pusher-js'), get<{ data: Where }>('/live')]);
    if (mine !== turn) return;
    const { key, channels, host, tls = location.protocol === 'https:' } = where.data;
    const port = where.data.port ?? (Number(location.port) || (tls ? 443 : 80));
    const authorization = {
        endpoint: '/broadcasting/auth',
        transport: 'ajax' as const,
        headersProvider: () => ({ 'X-CSRF-Token': csrfToken() }),
    };
    const client = new Client(key, {
        cluster: '',
        wsHost: host ?? location.hostname,
        wsPort: port,
        wssPort: port,
        forceTLS: tls,
        enabledTransports: ['ws', 'wss'],
        enableStats: false,
        channelAuthorization: authorization,
        userAuthentication: authorization,
    });
    pusher = client;
    // By the person's name an outside server ends what they may hear no longer.
    if (host) client.signin();
    become('connecting');
    let before = false;
    client.connection.bind('state_change', ({ current }: { current: string }) => {
        if (client !== pusher) return;
        // Sent away for good; perhaps only some of what was heard may be heard no longer.
        if (current === 'disconnected') setTimeout(() => client === pusher && client.connect(), connectAgainMs);
        if (current !== 'connected')
            return become(current === 'disconnected' || current === 'failed' ? 'off' : 'connecting');
        become('live');
        if (before) tell('again', {});
        before = true;
    });
    for (const name of channels) {
        const channel = client.subscribe(name);
        listen(channel);
        // Between two connections a right may have gone: the rows are asked for anew, and say what may be seen.
        channel.bind('pusher:subscription_error', () => tell('again', {}));
    }
    for (const [name, changed] of present) join(name, changed);
}

export function stopLive(): void {
    ++turn;
    pusher?.disconnect();
    pusher = undefined;
    present.clear();
    become('off');
}

function join(name: string, changed: (others: string[]) => void): void {
    if (!pusher) return;
    const channel = pusher.subscribe(name);
    const look = (): void => {
        const others: string[] = [];
        const { me, members } = (channel as unknown as { members: unknown }).members as {
            me?: { id: string };
            members: Record<string, { name: string }>;
        };
        for (const [id, info] of Object.entries(members)) if (id !== me?.id) others.push(info.name);
        changed(others);
    };
    for (const event of ['pusher:subscription_succeeded', 'pusher:member_added', 'pusher:member_removed'])
        channel.bind(event, look);
}

/** Says to others that this person has the order open, and tells who else has. The answer ends it. */
export function shareOrder(id: number, changed: (others: string[]) => void): () => void {
    const name = `presence-order.${id}`;
    present.set(name, changed);
    join(name, changed);
    return () => {
        if (present.get(name) !== changed) return;
        present.delete(name);
        pusher?.unsubscribe(name);
    };
}
