/** For tests, which have no browser: whatever is made or asked of a document, taking everything that is done to it. */
export const anything = new Proxy((): undefined => undefined, {
    get: (_, name) => {
        if (name === 'then') return undefined;
        if (name === 'querySelector') return () => null;
        if (name === Symbol.toPrimitive) return () => '1';
        if (name === Symbol.iterator) return () => [].values();
        return anything;
    },
    apply: () => anything,
    set: () => true,
}) as unknown as HTMLElement & ((...of: unknown[]) => unknown);
