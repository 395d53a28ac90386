import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { LiveState } from './live';

// The client itself, over a server that is made up here.
vi.mock('pusher-js', async () => ({ default: (await import('pusher-js/worker')).default }));
const said = vi.hoisted(() => ({ channels: [] as string[], failing: false, asked: 0, csrf: 'token' }));
vi.mock('./client', () => ({
    csrfToken: () => said.csrf,
    get: (path: string) => {
        expect(path).toBe('/live');
        ++said.asked;
        if (said.failing) return Promise.reject(new Error('502'));
        return Promise.resolve({ data: { key: 'pages', channels: [...said.channels] } });
    },
}));

/** What the server refuses to sign, and with which status. */
const refused = new Map<string, number>();
let socket: Socket | undefined;
let quiet = false;

class Socket {
    readonly OPEN = 1;
    readyState = 1;
    readonly heard = new Set<string>();
    onopen?: () => void;
    onmessage?: (message: { data: string }) => void;
    onclose?: (event: { code: number; reason: string; wasClean: boolean }) => void;

    constructor() {
        // eslint-disable-next-line @typescript-eslint/no-this-alias -- the one that is connected
        socket = this;
        setTimeout(() => {
            this.onopen?.();
            this.say('pusher:connection_established', { socket_id: '1.1', activity_timeout: 120 });
        });
    }
    say(event: string, data: unknown, channel?: string): void {
        this.onmessage?.({ data: JSON.stringify({ event, channel, data: JSON.stringify(data) }) });
    }
    send(text: string): void {
        const { event, data } = JSON.parse(text) as { event: string; data: { channel: string } };
        if (event === 'pusher:unsubscribe') this.heard.delete(data.channel);
        if (event === 'pusher:ping') this.say('pusher:pong', {});
        if (event !== 'pusher:subscribe' || quiet) return;
        this.heard.add(data.channel);
        setTimeout(() => this.say('pusher_internal:subscription_succeeded', {}, data.channel));
    }
    close(code = 1000): void {
        this.readyState = 3;
        setTimeout(() => this.onclose?.({ code, reason: '', wasClean: true }));
    }
}

const { onLive, onLiveState, startLive, stopLive } = await import('./live');
const heard = (): string[] => [...(socket?.heard ?? [])].sort();
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
let ends: (() => void)[] = [];
let state: LiveState = 'off';
let again = 0;

beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('self', globalThis);
    vi.stubGlobal('location', { protocol: 'http:', hostname: 'crm.example', port: '8080' });
    vi.stubGlobal('WebSocket', Socket);
    vi.stubGlobal('XMLHttpRequest', Object);
    vi.stubGlobal(
        'Request',
        class {
            constructor(
                readonly address: string,
                readonly options: { body: string },
            ) {}
        },
    );
    vi.stubGlobal('fetch', ({ options }: { options: { body: string } }) => {
        const status = refused.get(new URLSearchParams(options.body).get('channel_name') ?? '') ?? 200;
        return Promise.resolve({ status, text: () => Promise.resolve('{"auth":"signed"}') });
    });
    said.channels = ['private-sites', 'private-user.1'];
    said.failing = quiet = false;
    said.asked = again = 0;
    refused.clear();
    ends = [onLiveState((now) => (state = now)), onLive('again', () => ++again)];
});
afterEach(() => {
    for (const end of ends) end();
    stopLive();
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

describe('the live connection', () => {
    it('has the page read anew when it is first heard, once for all channels', async () => {
        await startLive();
        await pass(100);
        expect(state).toBe('live');
        expect(heard()).toEqual(said.channels);
        expect(again).toBe(0);
        await pass(1000);
        expect(again).toBe(1);
        await pass(100_000);
        expect(again).toBe(1);
    });

    it('has the page read anew after the channels are heard again, not before', async () => {
        await startLive();
        await pass(1000);
        quiet = true;
        socket?.close(1006);
        await pass(5000);
        expect([state, again]).toEqual(['connecting', 1]);
        quiet = false;
        socket?.close(1006);
        await pass(5000);
        expect([state, again]).toEqual(['live', 2]);
        // Each is listened to once.
        const changed = vi.fn();
        ends.push(onLive('shops', changed));
        socket?.say('sites.checked', { site_id: 1 }, 'private-sites');
        expect(changed.mock.calls).toEqual([[{ site_id: 1 }]]);
    });

    it('hears what is left of all sites', async () => {
        await startLive();
        await pass(1000);
        said.channels = ['private-site.3', 'private-user.1'];
        refused.set('private-sites', 403);
        socket?.close(4200);
        await pass(10);
        await pass(5000);
        expect(heard()).toEqual(said.channels);
        expect(state).toBe('live');
        const changed = vi.fn();
        ends.push(onLive('shops', changed));
        socket?.say('sites.checked', { site_id: 3 }, 'private-site.3');
        expect(changed).toHaveBeenCalledOnce();
    });

    it('hears a site that is given to somebody whose connection stays', async () => {
        said.channels = ['private-site.3', 'private-user.1'];
        await startLive();
        await pass(1000);
        said.channels = ['private-site.4', 'private-user.1'];
        await pass(60_000);
        expect(heard()).toEqual(said.channels);
        expect(again).toBe(2);
    });

    it('is not called live before the last channel is heard, and tries it again', async () => {
        refused.set('private-sites', 503);
        await startLive();
        await pass(1900);
        expect([state, heard(), said.asked]).toEqual(['connecting', ['private-user.1'], 1]);
        refused.clear();
        await pass(1000);
        expect([state, heard(), said.asked]).toEqual(['live', said.channels, 2]);
        expect(again).toBe(2);
    });

    it('tries again after a refusal by the server itself', async () => {
        quiet = true;
        await startLive();
        await pass(10);
        quiet = false;
        for (const name of said.channels) socket?.say('pusher:subscription_error', { status: 401 }, name);
        expect(state).toBe('connecting');
        await pass(2100);
        expect([state, heard(), said.asked]).toEqual(['live', said.channels, 2]);
    });

    it('waits longer and longer, a minute at most', async () => {
        for (const name of said.channels) refused.set(name, 502);
        await startLive();
        const times: number[] = [];
        for (let s = 0; s < 200; ++s) {
            const before = said.asked;
            await pass(1000);
            if (said.asked > before) times.push(s + 1);
            said.failing = s > 20;
        }
        expect(times).toEqual([2, 6, 14, 30, 62, 122, 182]);
        expect(state).toBe('connecting');
        said.failing = false;
        refused.clear();
        await pass(60_000);
        expect(state).toBe('live');
        // The next failure is met soon again.
        refused.set('private-sites', 502);
        socket?.close(1006);
        await pass(2000);
        refused.clear();
        await pass(3000);
        expect(state).toBe('live');
    });

    it('asks for nothing when it was stopped', async () => {
        refused.set('private-sites', 503);
        await startLive();
        await pass(100);
        stopLive();
        await pass(1_000_000);
        expect([state, said.asked, again]).toEqual(['off', 1, 0]);
    });
});
