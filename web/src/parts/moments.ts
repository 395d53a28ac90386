/** When this has come, or after so long. */
export function atMost(ms: number, what: Promise<unknown>): Promise<unknown> {
    return Promise.race([what, new Promise((done) => window.setTimeout(done, ms))]);
}

/** After the next picture is on the screen. */
export function painted(): Promise<void> {
    return new Promise((done) => window.requestAnimationFrame(() => window.setTimeout(done)));
}

/** Does it at once, and then at most so often, however often it is asked for; never twice at a time. */
export function calmly(what: () => Promise<unknown>, everyMs: number): () => void {
    let busy = false,
        again = false;
    const run = async (): Promise<void> => {
        busy = true;
        again = false;
        await what().catch(() => undefined);
        window.setTimeout(() => {
            busy = false;
            if (again) void run();
        }, everyMs);
    };
    return () => {
        again = true;
        if (!busy) void run();
    };
}
