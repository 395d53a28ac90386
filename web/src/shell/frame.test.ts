import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const { anything } = await vi.hoisted(() => import('../no-document'));
const server = vi.hoisted(() => ({ answer: (): Promise<unknown> => Promise.resolve({}) }));
const startLive = vi.hoisted(() => vi.fn(() => server.answer()));
const countOrders = vi.hoisted(() => vi.fn(() => server.answer()));
const unseenNotices = vi.hoisted(() => vi.fn(() => server.answer()));

vi.mock('virtual:icon-sprite', () => ({ default: '/icons.svg' }));
vi.mock('jquery/slim', () => ({ default: anything }));
vi.mock('bootstrap/js/dist/dropdown', () => ({ default: anything }));
vi.mock('../html', () => ({ element: () => anything, part: () => anything, fill: () => undefined, html: () => anything }));
vi.mock('../words', () => ({ t: () => '', languages: [], ownNames: {} }));
vi.mock('../api/live', () => ({
    startLive,
    stopLive: () => undefined,
    onLive: () => () => undefined,
    onLiveState: () => () => undefined,
}));
vi.mock('../api/orders', () => ({ countOrders }));
vi.mock('../api/notices', () => ({ unseenNotices }));
vi.mock('../session', () => ({
    may: () => true,
    current: () => undefined,
    account: () => ({ name: 'Olena', email: '', theme: 'dark', locale: 'uk' }),
}));

beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('document', anything);
    vi.stubGlobal('location', { search: '', pathname: '' });
});
afterEach(() => {
    vi.clearAllMocks();
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

const { Failure } = await import('../api/client');
const { Frame } = await import('./frame');
const calls = (): number[] => [startLive, countOrders, unseenNotices].map(({ mock }) => mock.calls.length);

describe('the frame', () => {
    it('asks for nothing once it is closed, whatever was being asked for', async () => {
        server.answer = () => new Promise((_, fail) => setTimeout(() => fail(new Failure(401, '')), 5000));
        const frame = new Frame(
            () => undefined,
            () => undefined,
        );
        await vi.advanceTimersByTimeAsync(1500);
        expect(calls()).toEqual([1, 1, 1]);
        frame.close();
        await vi.advanceTimersByTimeAsync(300_000);
        expect(calls()).toEqual([1, 1, 1]);
    });

    it('tries to be live again until it is', async () => {
        server.answer = () => Promise.reject(new Failure(502, ''));
        const frame = new Frame(
            () => undefined,
            () => undefined,
        );
        await vi.advanceTimersByTimeAsync(3500);
        expect(calls()[0]).toBe(3);
        frame.close();
    });
});
