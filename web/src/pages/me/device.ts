const browsers: readonly [RegExp, string][] = [
    [/Firefox\/(\d+)/, 'Firefox'],
    [/Edg\/(\d+)/, 'Edge'],
    [/OPR\/(\d+)/, 'Opera'],
    [/Chrome\/(\d+)/, 'Chrome'],
    [/Version\/(\d+).*Safari/, 'Safari'],
];
const systems: readonly [RegExp, string][] = [
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
];

/** What a browser calls itself, in two words; the whole of it when it is none that we know. */
export function deviceOf(agent: string): string {
    const browser = browsers
        .map(([sign, name]) => (sign.test(agent) ? `${name} ${sign.exec(agent)?.[1] ?? ''}` : ''))
        .find(Boolean);
    const system = systems.find(([sign]) => sign.test(agent))?.[1];
    return browser ? [browser, system].filter(Boolean).join(' · ') : agent || '?';
}
