// Whether the server answers. Whoever shows data listens: it reads its data anew when the server is back.

type Listener = (up: boolean) => void;

const listeners = new Set<Listener>();
let up = true;
let timer: number | undefined;

const firstWaitMs = 1000,
    longestWaitMs = 15_000;

export function onConnection(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

export function isConnected(): boolean {
    return up;
}

function tell(now: boolean): void {
    if (up === now) return;
    up = now;
    for (const listener of [...listeners]) listener(up);
}

// Any answer of the program will do, also 401; a proxy before it answers 502 to 504.
async function knock(wait: number): Promise<void> {
    timer = undefined;
    try {
        const answer = await fetch('/api/v1/session', { cache: 'no-store' });
        if (answer.status < 502) return connectionAnswered();
    } catch {
        // Still away.
    }
    timer = window.setTimeout(() => void knock(Math.min(wait * 1.5, longestWaitMs)), wait);
}

export function connectionLost(): void {
    tell(false);
    timer ??= window.setTimeout(() => void knock(firstWaitMs), firstWaitMs);
}

export function connectionAnswered(): void {
    if (timer !== undefined) window.clearTimeout(timer);
    timer = undefined;
    tell(true);
}
