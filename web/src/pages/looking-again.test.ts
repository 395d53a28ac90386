import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { OpenPage, PageModule } from '../router';

const { anything } = await vi.hoisted(() => import('../no-document'));
const list = vi.hoisted(() => ({ refetch: vi.fn(() => Promise.resolve()), rows: [] as { state: string }[] }));
const told = vi.hoisted(() => new Map<string, () => void>());
const fill = vi.hoisted(() => vi.fn());
const readWallet = vi.hoisted(() => vi.fn(() => Promise.resolve({ transactions: [] as { state: string }[] })));

vi.mock('jquery', () => ({ default: anything }));
vi.mock('jquery/slim', () => ({ default: anything }));
vi.mock('bootstrap/js/dist/dropdown', () => ({ default: anything }));
vi.mock('virtual:icon-sprite', () => ({ default: '/icons.svg' }));
vi.mock('../html', () => ({ element: () => anything, part: () => anything, fill, html: () => anything }));
vi.mock('../parts/list/list', () => ({
    List: class {
        readonly root = anything;
        readonly views = anything;
        readonly query = {};
        readonly filterNames = [];
        readonly rows = list.rows;
        readonly refetch = list.refetch;
        begin = (): Promise<void> => Promise.resolve();
        close = (): void => undefined;
    },
}));
vi.mock('../api/live', () => ({
    onLive: (event: string, listener: () => void) => {
        told.set(event, listener);
        return () => told.delete(event);
    },
}));
vi.mock('../api/wallets', async (original) => ({ ...(await original<object>()), readWallet }));
vi.mock('../api/products', () => ({ productChoices: () => Promise.resolve({ categories: [], supplier_ids: [] }) }));
vi.mock('../api/users', () => ({ listUsers: () => Promise.resolve([]) }));
vi.mock('../reference', () => ({
    reference: () => Promise.resolve(),
    readReferenceAnew: () => Promise.resolve(),
    sites: () => [],
    siteById: (id: number) => ({ id }),
    siteGroups: () => [],
    currencies: () => [],
    statuses: () => [],
    suppliers: () => [],
}));
vi.mock('../words', () => ({ t: () => '', learn: () => Promise.resolve(), wordFor: () => '', wordIfKnown: () => '' }));
vi.mock('./balance/card', () => ({ walletMarkup: () => anything }));
vi.mock('./orders/bulk', () => ({
    BulkBar: class {
        close = (): void => undefined;
    },
}));
vi.mock('../parts/batch-bar', () => ({
    BatchBar: class {
        find = (): void => undefined;
        close = (): void => undefined;
    },
}));
vi.mock('../shell/shortcuts', () => ({ useKeys: () => () => undefined }));
vi.mock('../session', () => ({ may: () => false, remember: () => undefined, remembered: () => undefined }));
vi.mock('../parts/states', () => ({ afterAWhile: () => () => undefined }));

let hidden = false;

beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('matchMedia', () => ({ matches: false }));
    vi.stubGlobal('location', { search: '' });
    hidden = false;
    vi.stubGlobal('document', new Proxy({}, { get: (_, name) => (name === 'hidden' ? hidden : anything) }));
    list.rows.length = 0;
});
afterEach(() => {
    vi.clearAllMocks();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    told.clear();
});

const pages: [string, () => Promise<{ page: PageModule }>, () => number][] = [
    ['orders', () => import('./orders'), () => list.refetch.mock.calls.length],
    ['transactions', () => import('./transactions'), () => list.refetch.mock.calls.length],
    ['products', () => import('./products'), () => list.refetch.mock.calls.length],
    ['sites', () => import('./sites'), () => list.refetch.mock.calls.length],
    ['balance', () => import('./balance'), () => readWallet.mock.calls.length],
];

describe.each(pages)('the page of %s', (_, load, reads) => {
    const query = { site_id: '1', user_id: '7' };
    const open = async (): Promise<OpenPage> => {
        const { page } = await load();
        return page.open({ root: anything, query });
    };

    it('reads anew every 30 s while somebody sees it', async () => {
        const page = await open();
        await vi.advanceTimersByTimeAsync(1000);
        const first = reads();
        await vi.advanceTimersByTimeAsync(60_000);
        expect(reads() - first).toBe(2);
        hidden = true;
        await vi.advanceTimersByTimeAsync(60_000);
        expect(reads() - first).toBe(2);
        hidden = false;
        page.close?.();
        await vi.advanceTimersByTimeAsync(60_000);
        expect(reads() - first).toBe(2);
    });

    it('reads anew what it was not told of', async () => {
        const page = await open();
        await vi.advanceTimersByTimeAsync(1000);
        const first = reads();
        told.get('again')?.();
        await vi.advanceTimersByTimeAsync(1000);
        expect(reads() - first).toBe(1);
        page.close?.();
        expect(told.get('again')).toBeUndefined();
    });
});

it('a wallet that is as it was is not drawn anew: what has the focus in it keeps it', async () => {
    const { page } = await import('./balance');
    const open = await page.open({ root: anything, query: { site_id: '1', user_id: '7' } });
    await vi.advanceTimersByTimeAsync(1000);
    fill.mockClear();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fill).not.toHaveBeenCalled();
    readWallet.mockResolvedValueOnce({ transactions: [{ state: 'done' }] });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(fill).toHaveBeenCalledOnce();
    open.close?.();
});
