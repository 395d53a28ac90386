/** When this has come, or after so long. */
export function atMost(ms: number, what: Promise<unknown>): Promise<unknown> {
    return Promise.race([what, new Promise((done) => window.setTimeout(done, ms))]);
}

/** After the next picture is on the screen. */
export function painted(): Promise<void> {
    return new Promise((done) => window.requestAnimationFrame(() => window.setTimeout(done)));
}
