/** When this has come, or after so long. */
export function atMost(ms: number, what: Promise<unknown>): Promise<unknown> {
    return Promise.race([what, new Promise((done) => window.setTimeout(done, ms))]);
}

/** After the next picture is on the screen. */
export function painted(): Promise<void> {
    return new Promise((done) => window.requestAnimationFrame(() => window.setTimeout(done)));
}

/** Does it once for all who ask within so long, after that. */
export function together(what: () => void, afterMs: number): () => void {
    let timer: number | undefined;
    return () => {
        timer ??= window.setTimeout(() => {
            timer = undefined;
            what();
        }, afterMs);
    };
}

/** Does it again and again while the page is seen: what no live connection tells. The answer ends it. */
export function whileSeen(what: () => void, everyMs = 30_000): () => void {
    const timer = window.setInterval(() => document.hidden || what(), everyMs);
    return () => window.clearInterval(timer);
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
