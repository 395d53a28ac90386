import { Failure } from '../../api/client';
import { readLog } from '../../api/system';
import type { LogLine } from '../../api/system';
import { clock, dayAndClock } from '../../format';
import { element, fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { calmly } from '../../parts/moments';
import { emptyState, errorState, skeletonLines } from '../../parts/states';
import type { Query } from '../../query';
import { putQuery } from '../../router';
import { t } from '../../words';

const everyMs = 5000,
    atMost = 500,
    nearTheEndPx = 40;
const levels = ['debug', 'info', 'warning', 'error'] as const;

const levelOf = ({ level }: Query): (typeof levels)[number] => levels.find((one) => one === level) ?? 'info';

function lineMarkup(line: LogLine): Markup {
    return html`<li class="log-${line.level}">
        <time datetime="${line.at}" title="${dayAndClock(line.at)}">${clock(line.at)}</time>
        <b>${line.level}</b><span>${line.text}</span>
    </li>`;
}

/** The last lines of the log, read again and again. */
export class LogTab {
    readonly root = element(
        html`<div class="log-tab">
            <div class="filters">
                <select class="form-select form-select-sm log-level" aria-label="${t('system.level')}">
                    ${levels.map((one) => html`<option value="${one}">${t(`log_level.${one}`)}</option>`)}
                </select>
                <input
                    type="search"
                    class="form-control form-control-sm log-search"
                    aria-label="${t('list.search')}"
                    placeholder="${t('list.search')}"
                />
                <span class="grow"></span>
                <small class="quiet only-desk" data-host></small>
                <label class="form-check form-switch"
                    ><input type="checkbox" class="form-check-input" role="switch" data-live checked /><span
                        class="form-check-label"
                        >${t('system.live')}</span
                    ></label
                >
            </div>
            <div class="log-room" tabindex="0" role="region" aria-label="${t('system.log')}"></div>
        </div>`,
    );
    readonly #room = part(this.root, '.log-room');
    readonly #level = part<HTMLSelectElement>(this.root, '.log-level');
    readonly #search = part<HTMLInputElement>(this.root, '.log-search');
    readonly #look = calmly(() => this.#read(), everyMs - 500);
    readonly #timer = window.setInterval(() => {
        if (!document.hidden && part<HTMLInputElement>(this.root, '[data-live]').checked) this.#look();
    }, everyMs);
    #lines: LogLine[] | undefined;
    #shown = '';
    #call = 0;

    constructor() {
        fill(this.#room, skeletonLines(12));
        this.#level.addEventListener('change', () => {
            putQuery({ tab: 'log', level: this.#level.value }, true);
            this.read();
        });
        this.#search.addEventListener('input', () => this.#show());
        part(this.root, '[data-live]').addEventListener('change', (event) => {
            if ((event.target as HTMLInputElement).checked) this.#look();
        });
    }

    asked(query: Query): void {
        this.#level.value = levelOf(query);
        this.read();
    }

    read(): void {
        void this.#read();
    }

    close(): void {
        this.#call = -1;
        window.clearInterval(this.#timer);
    }

    async #read(): Promise<void> {
        if (this.#call < 0) return;
        const mine = ++this.#call;
        try {
            const { data, meta } = await readLog(this.#level.value, atMost);
            if (mine !== this.#call) return;
            this.#lines = data;
            part(this.root, '[data-host]').textContent = meta.host;
            this.#show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            if (mine !== this.#call || this.#lines) return;
            fill(this.#room, errorState(t('list.failed'), error.message));
        }
    }

    #show(): void {
        if (!this.#lines || window.getSelection()?.toString()) return;
        const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const found = this.#lines.filter(({ text, level }) =>
            words.every((word) => `${level} ${text}`.toLowerCase().includes(word)),
        );
        const markup =
            found.length > 0
                ? html`<ol class="log-lines">
                      ${found.map(lineMarkup)}
                  </ol>`
                : emptyState('list', t('system.log_empty'), t('system.log_empty_text'));
        if (markup.text === this.#shown) return;
        const room = this.#room;
        const following = this.#shown === '' || room.scrollHeight - room.scrollTop - room.clientHeight < nearTheEndPx;
        this.#shown = markup.text;
        fill(room, markup);
        if (following) room.scrollTop = room.scrollHeight;
    }
}
