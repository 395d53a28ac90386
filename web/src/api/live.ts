// The live connection: what happened at the server, told as ids and versions. Pages read the rows themselves.
import type Pusher from 'pusher-js';
import type { Channel } from 'pusher-js';

import { together } from '../parts/moments';
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
    /** Channels are heard from now on: whatever happened before, since the page was read, was not told. */
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

const connectAgainMs = 5000,
    togetherMs = 700,
    // How soon the channels are asked for again: after one of them failed, and at the latest.
    soonMs = 2000,
    latestMs = 60_000;

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

/** Connects, and stays connected until stopLive(). What it loads comes after the page is there. */
export async function startLive(): Promise<void> {
    const mine = ++turn;
    const [{ default: Client }, where] = await Promise.all([import('pusher-js'), get<{ data: Where }>('/live')]);
    if (mine !== turn) return;
    const { key, host, tls = location.protocol === 'https:' } = where.data;
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
    keepHearing(client, where.data.channels);
    for (const [name, changed] of present) join(name, changed);
}

/** Hears the channels that the server names, whatever they become and however often one of them fails. */
function keepHearing(client: Pusher, named: string[]): void {
    let before = false,
        failing = false,
        waitMs = soonMs,
        asked = 0,
        timer: ReturnType<typeof setTimeout> | undefined;
    const again = together(() => client === pusher && tell('again', {}), togetherMs);
    const found = (name: string): Channel | undefined => client.channel(name);
    const show = (): void => {
        const { state: now } = client.connection;
        const whole = now === 'connected' && named.every((name) => found(name)?.subscribed);
        if (whole) waitMs = soonMs;
        become(whole ? 'live' : now === 'disconnected' || now === 'failed' ? 'off' : 'connecting');
    };
    const askIn = (ms: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => void ask(), ms);
    };
    const failed = (): void => {
        if (failing) return;
        failing = true;
        askIn(waitMs);
        waitMs = Math.min(waitMs * 2, latestMs);
    };
    // Sites are given to people and taken from them.
    const ask = async (): Promise<void> => {
        if (client !== pusher) return;
        const mine = ++asked;
        failing = false;
        askIn(latestMs);
        const answer = await get<{ data: Where }>('/live').catch(() => undefined);
        if (client !== pusher || mine !== asked) return;
        if (!answer) return failed();
        const gone = named.filter((name) => !answer.data.channels.includes(name));
        named = answer.data.channels;
        for (const name of gone) client.unsubscribe(name);
        hear();
    };
    const hear = (): void => {
        for (const name of named) {
            const known = found(name);
            const channel = client.subscribe(name);
            if (!known) listen(channel);
        }
        for (const name of present.keys()) client.subscribe(name);
        show();
    };
    const listen = (channel: Channel): void => {
        for (const [name, event] of Object.entries(names)) channel.bind(name, (data: unknown) => tell(event, data));
        const answered = (then: () => void) => () => {
            // Also after a refusal by the server itself, which the client goes on waiting after.
            channel.subscriptionPending = false;
            if (client !== pusher) return;
            // It was asked for before it was named no longer.
            if (!named.includes(channel.name)) return client.unsubscribe(channel.name);
            then();
            show();
        };
        channel.bind('pusher:subscription_succeeded', answered(again));
        channel.bind('pusher:subscription_error', answered(failed));
    };
    client.connection.bind('state_change', ({ current }: { current: string }) => {
        if (client !== pusher) return;
        // Sent away for good; perhaps only some of what was heard may be heard no longer.
        if (current === 'disconnected') setTimeout(() => client === pusher && client.connect(), connectAgainMs);
        show();
        if (current !== 'connected') return;
        if (before) void ask();
        before = true;
    });
    askIn(latestMs);
    hear();
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
