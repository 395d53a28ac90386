import { Failure } from '../../api/client';
import { discardJob, listDead, readSystem, retryJob, runTask } from '../../api/system';
import type { DeadJob, System } from '../../api/system';
import { element, fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { shortMoment } from '../../format';
import { confirmed } from '../../parts/dialog';
import { icon } from '../../parts/icon';
import { calmly } from '../../parts/moments';
import { errorState, skeletonLines } from '../../parts/states';
import { toast, toastFailure } from '../../parts/toast';
import { t, wordFor } from '../../words';
import { alertMarkup, figuresMarkup, jobWord, programMarkup, queueMarkup, suppliersMarkup, tasksMarkup } from './parts';
import { Sections } from './sections';
import { since } from './units';
import { troubles } from './verdicts';

const everyMs = 5000;

function card(name: string, title: string, look = '', end?: Markup): Markup {
    return html`<section class="card-box ${look}" data-card="${name}">
        <header class="card-head card-line">
            <h2 class="grow">${title}</h2>
            ${end}
        </header>
        <div class="card-inside" data-part="${name}"></div>
    </section>`;
}

const suppliersLink = (): Markup => html`<a href="/settings/apies">${t('page.suppliers')}</a>`;

function deadMarkup(dead: DeadJob[], now: number): Markup {
    return html`<ul class="things">
        ${dead.map(
            (job) =>
                html`<li data-job="${job.id}">
                    <span class="grow"
                        ><strong title="${job.kind}">${jobWord(job.kind)} <span class="digits">#${job.id}</span></strong
                        ><small>${t('system.gave_up', { count: job.tries })} · ${since(job.dead_at, now)}</small>${
                            job.last_error && html`<small class="system-error">${job.last_error}</small>`
                        }</span
                    >
                    <button type="button" class="btn btn-sm" data-retry="${job.id}" data-key="retry ${job.id}">
                        ${icon('arrow-clockwise', 'small')}${t('system.retry')}
                    </button>
                    <button type="button" class="btn btn-ghost btn-sm" data-discard="${job.id}" data-key="discard ${job.id}">
                        ${icon('trash', 'small')}${t('system.discard')}
                    </button>
                </li>`,
        )}
    </ul>`;
}

/** How the program is now. */
export class StateTab {
    readonly root = element(html`<div class="system" aria-live="off"></div>`);
    readonly #sections = new Sections(this.root);
    readonly #look = calmly(() => this.#read(), everyMs - 500);
    readonly #timer = window.setInterval(() => document.hidden || this.#look(), everyMs);
    #system: System | undefined;
    #dead: DeadJob[] = [];
    #closed = false;

    constructor() {
        fill(this.root, skeletonLines(10));
        this.root.addEventListener('click', (event) => void this.#clicked(event.target as Element));
        this.#look();
    }

    asked(): void {
        // It has nothing in the address.
    }

    read(): void {
        if (!this.#system) fill(this.root, skeletonLines(10));
        void this.#read();
    }

    close(): void {
        this.#closed = true;
        window.clearInterval(this.#timer);
    }

    async #read(): Promise<void> {
        try {
            const [system, dead] = await Promise.all([readSystem(), listDead()]);
            if (this.#closed) return;
            const first = this.#system === undefined;
            this.#system = system;
            this.#dead = dead;
            if (first) this.#build();
            this.#show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            if (!this.#closed) this.#failed(error.message);
        }
    }

    #failed(reason: string): void {
        if (!this.#system) return fill(this.root, errorState(t('list.failed'), reason));
        this.#sections.show(
            'stale',
            html`<p class="list-notice">
                ${icon('cloud-slash', 'small')}<span
                    >${t('list.stale', { at: shortMoment(this.#system.now) })} ${reason}</span
                >
            </p>`,
        );
    }

    #build(): void {
        fill(
            this.root,
            html`<div data-part="stale"></div>
                <div data-part="alert" role="status"></div>
                <dl class="system-figures" data-part="figures"></dl>
                ${card('tasks', t('system.tasks'), 'system-wide')}
                ${card(
                    'dead',
                    t('system.dead_jobs'),
                    'system-wide',
                    html`<button type="button" class="btn btn-sm" data-retry-all hidden>${t('system.retry_all')}</button>`,
                )}
                ${card('queue', t('system.queue'), 'system-half')}
                ${card('suppliers', t('system.suppliers'), 'system-half', suppliersLink())}
                ${card('program', t('system.program'), 'system-wide')}`,
        );
    }

    #show(): void {
        const system = this.#system;
        // What somebody is copying stays as it is.
        if (!system || (window.getSelection()?.toString() && this.root.contains(window.getSelection()?.anchorNode ?? null)))
            return;
        const now = Date.parse(system.now);
        this.#sections.show('stale', html``);
        this.#sections.show('alert', alertMarkup(troubles(system, this.#dead.length)));
        this.#sections.show('figures', figuresMarkup(system));
        this.#sections.show('tasks', tasksMarkup(system));
        this.#sections.show('dead', deadMarkup(this.#dead, now));
        this.#sections.show('queue', queueMarkup(system));
        this.#sections.show('suppliers', suppliersMarkup(system));
        this.#sections.show('program', programMarkup(system));
        part(this.root, '[data-card="dead"]').toggleAttribute('hidden', this.#dead.length === 0);
        part(this.root, '[data-retry-all]').toggleAttribute('hidden', this.#dead.length < 2);
    }

    async #clicked(target: Element): Promise<void> {
        const { run } = target.closest<HTMLElement>('[data-run]')?.dataset ?? {};
        const { retry } = target.closest<HTMLElement>('[data-retry]')?.dataset ?? {};
        const { discard } = target.closest<HTMLElement>('[data-discard]')?.dataset ?? {};
        if (run)
            await this.#do(t('system.not_begun'), () => runTask(run), t('system.begun', { name: wordFor('task', run) }));
        if (retry) await this.#do(t('system.not_retried'), () => retryJob(Number(retry)), t('system.retried'));
        if (discard) await this.#discard(Number(discard));
        if (target.closest('[data-retry-all]'))
            await this.#do(
                t('system.not_retried'),
                async () => {
                    for (const { id } of this.#dead) await retryJob(id);
                },
                t('system.retried'),
            );
    }

    async #discard(id: number): Promise<void> {
        const job = this.#dead.find((one) => one.id === id);
        if (!job) return;
        const sure = await confirmed({
            title: t('system.discard_title', { name: `${jobWord(job.kind)} #${id}` }),
            text: t('system.discard_text'),
            yes: t('system.discard'),
            danger: true,
        });
        if (sure) await this.#do(t('system.not_discarded'), () => discardJob(id), t('system.discarded'));
    }

    async #do(failed: string, act: () => Promise<void>, done: string): Promise<void> {
        try {
            await act();
            toast({ kind: 'done', title: done });
        } catch (error) {
            toastFailure(failed, error);
        }
        await this.#read();
    }
}
