import type { KindCount, System } from '../../api/system';
import { html } from '../../html';
import type { Markup } from '../../html';
import { number } from '../../format';
import { icon } from '../../parts/icon';
import { state } from '../../parts/list-page';
import { t, wordFor } from '../../words';
import { ahead, bytes, since, span } from './units';
import { oldestDue, verdictOfSupplier, verdictOfTask } from './verdicts';
import type { Look, Verdict } from './verdicts';

function shown({ look, text, why }: Verdict): Markup {
    return html`${state(look, text)}${why && html`<small class="system-why" title="${why}">${why}</small>`}`;
}

const sumOf = (queue: KindCount[], name: 'due' | 'running'): number => queue.reduce((sum, kind) => sum + kind[name], 0);

export function alertMarkup(found: string[]): Markup {
    if (found.length === 0) return html`<p class="system-fine">${icon('check-circle-fill', 'small')}${t('system.fine')}</p>`;
    return html`<ul class="system-troubles">
        ${found.map((one) => html`<li>${icon('exclamation-triangle-fill', 'small')}${one}</li>`)}
    </ul>`;
}

function figure(name: string, value: string, note: string): Markup {
    return html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
        <dd class="figure-note">${note}</dd>
    </div>`;
}

export function figuresMarkup({ queue, disk, database, connections, now }: System): Markup {
    const oldest = oldestDue(queue);
    return html`${figure(
        t('system.queue'),
        number(sumOf(queue, 'due')),
        oldest
            ? t('system.oldest', { age: span(Math.max(0, Date.parse(now) - Date.parse(oldest))) })
            : t('system.running_now', { count: sumOf(queue, 'running') }),
    )}
    ${figure(
        database.kind,
        bytes(database.size_bytes),
        [
            database.wal_bytes !== null && `WAL ${bytes(database.wal_bytes)}`,
            t('system.answers_in', { time: span(database.latency_us / 1000) }),
        ]
            .filter(Boolean)
            .join(' · '),
    )}
    ${figure(t('system.free'), bytes(disk.free_bytes), t('system.of', { total: bytes(disk.total_bytes) }))}
    ${figure(
        t('system.connections'),
        number(connections.http + connections.realtime),
        `HTTP ${number(connections.http)} · WebSocket ${number(connections.realtime)} · ${t('system.channels', { count: connections.channels })}`,
    )}`;
}

export function tasksMarkup({ tasks, now }: System): Markup {
    const at = Date.parse(now);
    return html`<table class="system-table" aria-label="${t('system.tasks')}">
        <thead>
            <tr>
                <th scope="col">${t('system.task')}</th>
                <th scope="col">${t('state')}</th>
                <th scope="col">${t('system.last')}</th>
                <th scope="col">${t('system.took')}</th>
                <th scope="col">${t('system.next')}</th>
                <th scope="col"><span class="visually-hidden">${t('actions')}</span></th>
            </tr>
        </thead>
        <tbody>
            ${tasks.map(
                (task) =>
                    html`<tr data-task="${task.name}">
                        <th scope="row">
                            ${wordFor('task', task.name)}<small
                                >${t('system.every', { time: span(task.period_s * 1000) })}</small
                            >
                        </th>
                        <td data-label="${t('state')}">${shown(verdictOfTask(task))}</td>
                        <td data-label="${t('system.last')}">${since(task.started_at, at)}</td>
                        <td data-label="${t('system.took')}">${task.duration_ms === null ? '—' : span(task.duration_ms)}</td>
                        <td data-label="${t('system.next')}">${task.running ? '—' : ahead(task.next_at, at)}</td>
                        <td>
                            <button
                                type="button"
                                class="btn btn-sm"
                                data-run="${task.name}"
                                data-key="run ${task.name}"
                                aria-label="${t('system.run_task', { name: wordFor('task', task.name) })}"
                                ${task.running && 'disabled'}
                            >
                                ${icon('play-circle', 'small')}${t('system.run')}
                            </button>
                        </td>
                    </tr>`,
            )}
        </tbody>
    </table>`;
}

export function queueMarkup({ queue, now }: System): Markup {
    const rows = queue.filter(({ waiting, running, dead }) => waiting + running + dead > 0);
    if (rows.length === 0) return html`<p class="quiet">${t('system.queue_empty')}</p>`;
    const at = Date.parse(now);
    const count = (label: string, value: number): Markup =>
        html`<td class="digits end" data-label="${label}">
            ${value > 0 ? number(value) : html`<span class="nothing">0</span>`}
        </td>`;
    return html`<table class="system-table system-counts" aria-label="${t('system.queue')}">
        <thead>
            <tr>
                <th scope="col">${t('system.job')}</th>
                <th scope="col" class="end">${t('system.due')}</th>
                <th scope="col" class="end">${t('system.later')}</th>
                <th scope="col" class="end">${t('system.running')}</th>
                <th scope="col" class="end">${t('system.dead')}</th>
                <th scope="col" class="end">${t('system.oldest_short')}</th>
            </tr>
        </thead>
        <tbody>
            ${rows.map(
                ({ kind, due, waiting, running, dead, oldest_due }) =>
                    html`<tr>
                        <th scope="row" title="${kind}">${jobWord(kind)}</th>
                        ${count(t('system.due'), due)} ${count(t('system.later'), waiting - due)}
                        ${count(t('system.running'), running)} ${count(t('system.dead'), dead)}
                        <td class="digits end" data-label="${t('system.oldest_short')}">
                            ${oldest_due ? span(Math.max(0, at - Date.parse(oldest_due))) : '—'}
                        </td>
                    </tr>`,
            )}
        </tbody>
    </table>`;
}

/** A run of a task is a job too. */
export function jobWord(kind: string): string {
    return kind.startsWith('task.')
        ? t('system.task_job', { name: wordFor('task', kind.slice('task.'.length)) })
        : wordFor('job_kind', kind);
}

export function suppliersMarkup({ suppliers, now }: System): Markup {
    if (suppliers.length === 0) return html`<p class="quiet">${t('system.no_suppliers')}</p>`;
    const rank: Record<Look, number> = { bad: 0, warn: 1, good: 2, none: 3 };
    const sorted = [...suppliers].sort((a, b) => rank[verdictOfSupplier(a).look] - rank[verdictOfSupplier(b).look]);
    const at = Date.parse(now);
    return html`<ul class="things">
        ${sorted.map(
            (supplier) =>
                html`<li>
                    <span class="grow"
                        ><strong>${supplier.name}</strong
                        ><small
                            >${t('system.lane', { waiting: supplier.waiting, running: supplier.running })}${
                                supplier.answered_at && html` · ${t('system.answered')} ${since(supplier.answered_at, at)}`
                            }</small
                        ></span
                    >
                    <span class="system-lane">${shown(verdictOfSupplier(supplier))}</span>
                </li>`,
        )}
    </ul>`;
}

export function programMarkup({ program, database, nodes, disk, now }: System): Markup {
    const at = Date.parse(now);
    const facts: [string, Markup | string][] = [
        [t('system.version'), `${program.version} · ${program.build}`],
        [t('system.compiler'), program.compiler],
        [t('system.database'), `${database.kind} ${database.version}`],
        [t('system.address'), database.address],
        [t('system.data'), disk.path],
        [t('system.node'), program.host === database.node ? program.host : `${program.host} · ${database.node}`],
        [t('system.roles'), program.roles.join(', ')],
        [t('system.started'), since(program.started_at, at)],
        [t('system.backup'), program.backup_at ? since(program.backup_at, at) : t('system.no_backup')],
    ];
    return html`<dl class="system-facts">
            ${facts.map(
                ([name, value]) =>
                    html`<div>
                        <dt>${name}</dt>
                        <dd>${value}</dd>
                    </div>`,
            )}
        </dl>
        ${
            nodes.length > 1 &&
            html`<h3>${t('system.nodes')}</h3>
                <ul class="things">
                    ${nodes.map(
                        (node) =>
                            html`<li>
                                <span class="grow"
                                    ><strong>${node.host}</strong
                                    ><small
                                        >${node.version} · ${t('system.started')} ${since(node.started_at, at)}</small
                                    ></span
                                >
                            </li>`,
                    )}
                </ul>`
        }`;
}
