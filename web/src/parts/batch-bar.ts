import { isUnderWay, listBatches, readBatch, stopBatch } from '../api/batches';
import type { Batch } from '../api/batches';
import { Failure } from '../api/client';
import { element, fill, html } from '../html';
import type { Markup } from '../html';
import { number } from '../format';
import { t, wordFor } from '../words';
import { openDialog } from './dialog';
import { icon } from './icon';
import { toast, toastFailure } from './toast';

const everyMs = 1000;

/** The long actions of this person that are under way, above a list; they are the server's, so a reload finds them again. */
export class BatchBar {
    readonly root = element(html`<div class="batches" aria-live="polite"></div>`);
    #running = new Map<number, Batch>();
    #timer: number | undefined;
    readonly #ended: (batch: Batch) => void;

    constructor(ended: (batch: Batch) => void) {
        this.#ended = ended;
        this.root.addEventListener('click', (event) => {
            const id = (event.target as Element).closest<HTMLElement>('[data-stop]')?.dataset.stop;
            if (id) void this.#stop(Number(id));
        });
    }

    async find(): Promise<void> {
        try {
            for (const batch of await listBatches()) if (isUnderWay(batch)) this.#running.set(batch.id, batch);
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
        this.#show();
    }

    /** Some went on, as the server says. */
    look(): void {
        if (this.#running.size === 0 || this.#timer === undefined) return;
        window.clearTimeout(this.#timer);
        void this.#look();
    }

    follow(batch: Batch): void {
        this.#running.set(batch.id, batch);
        this.#show();
    }

    close(): void {
        window.clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#running.clear();
    }

    #show(): void {
        fill(this.root, html`${[...this.#running.values()].map(bar)}`);
        if (this.#running.size > 0) this.#timer ??= window.setTimeout(() => void this.#look(), everyMs);
    }

    async #look(): Promise<void> {
        for (const id of [...this.#running.keys()]) {
            try {
                const batch = await readBatch(id);
                if (!this.#running.has(id)) continue;
                if (isUnderWay(batch)) this.#running.set(id, batch);
                else this.#end(batch);
            } catch (error) {
                if (!(error instanceof Failure)) throw error;
                if (error.status === 404) this.#running.delete(id);
            }
        }
        this.#timer = undefined;
        this.#show();
    }

    #end(batch: Batch): void {
        this.#running.delete(batch.id);
        toast({
            kind: batch.failed > 0 || batch.state === 'failed' ? 'error' : 'done',
            title: t(batch.state === 'canceled' ? 'batch.stopped' : 'batch.done', {
                name: wordFor('batch.kind', batch.kind),
            }),
            text: t('batch.result', { done: number(batch.done), failed: number(batch.failed) }),
            ...(batch.problems.length > 0 ? { action: { label: t('batch.problems'), run: () => showProblems(batch) } } : {}),
        });
        this.#ended(batch);
    }

    async #stop(id: number): Promise<void> {
        try {
            await stopBatch(id);
        } catch (error) {
            toastFailure(t('batch.not_stopped'), error);
        }
    }
}

function bar(batch: Batch): Markup {
    const name = wordFor('batch.kind', batch.kind);
    return html`<div class="batch">
        ${icon('arrow-repeat', 'small')}<span>${name}</span>
        <progress
            class="progress-line"
            max="${Math.max(batch.total, 1)}"
            value="${batch.done + batch.failed}"
            aria-label="${name}"
        ></progress>
        <span class="digits">${t('batch.of', { done: number(batch.done + batch.failed), total: number(batch.total) })}</span>
        <button type="button" class="btn btn-ghost btn-sm" data-stop="${batch.id}">${t('batch.stop')}</button>
    </div>`;
}

function problem({ order_id, line, message }: Batch['problems'][number]): Markup {
    const about = order_id
        ? html`<a href="${`/order?order=${order_id}`}">№ ${order_id}</a>`
        : t('batch.line', { line: String(line ?? '') });
    return html`<li><span class="digits">${about}</span><span>${message}</span></li>`;
}

function showProblems(batch: Batch): void {
    openDialog({
        title: t('batch.problems'),
        body: html`<ul class="problems">
            ${batch.problems.map(problem)}
        </ul>`,
    });
}
