const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

/** The lines of a notice without the tags that Telegram shows it with. */
export function linesOf(body: string): string[] {
    return body
        .replace(/<[^>]*>/g, '')
        .replace(/&(amp|lt|gt|quot|#39);/g, (found) => entities[found] ?? found)
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean);
}
