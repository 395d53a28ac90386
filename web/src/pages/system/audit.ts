import { listAudit } from '../../api/system';
import type { AuditEntry } from '../../api/system';
import { listUsers } from '../../api/users';
import type { User } from '../../api/users';
import { dayAndClock, shortMoment } from '../../format';
import { html } from '../../html';
import type { Markup } from '../../html';
import { openDialog } from '../../parts/dialog';
import { List } from '../../parts/list/list';
import { emptyState } from '../../parts/states';
import type { Query } from '../../query';
import { siteById } from '../../reference';
import { useKeys } from '../../shell/shortcuts';
import { t, wordFor, wordIfKnown } from '../../words';

// What actions begin with, see src/audit.
const families = [
    'session',
    'user',
    'token',
    'order',
    'order_status',
    'supplier',
    'site',
    'site_group',
    'setting',
    'currency',
    'webhook',
    'export',
    'task',
    'job',
    'journal',
    'restore',
] as const;

/** `supplier.change` in words: what it was about, and what was done. */
export function actionWord(action: string): string {
    const whole = wordIfKnown('audit', action);
    if (whole) return whole;
    const [family = '', verb = ''] = action.split('.');
    const done = wordIfKnown('audit_verb', verb);
    return done ? `${wordFor('audit_family', family)}: ${done}` : action;
}

const whoOf = ({ actor, actor_kind }: AuditEntry): string =>
    actor_kind === 'person' ? actor : wordFor('audit_actor', actor_kind);

function whoCell(entry: AuditEntry): Markup {
    return html`<span class="lines"
        ><span class="line strong">${whoOf(entry)}</span
        >${entry.ip && html`<span class="line second digits">${entry.ip}</span>`}</span
    >`;
}

/** `site 1` by its name, or at least by our word for it. */
export function subjectWord(subject: string, people: readonly Pick<User, 'id' | 'name'>[]): string {
    const setting = wordIfKnown('setting', subject);
    if (setting) return setting;
    const [, kind, rest] = /^(\w+) (.+)$/.exec(subject) ?? [];
    if (!kind || !rest) return subject;
    const name =
        kind === 'site'
            ? siteById(Number(rest))?.name
            : kind === 'user'
              ? people.find(({ id }) => id === Number(rest))?.name
              : kind === 'task'
                ? wordIfKnown('task', rest)
                : undefined;
    const word = wordIfKnown('audit_family', kind);
    return name ?? (word ? `${word} ${rest}` : subject);
}

function openEntry(entry: AuditEntry, about: string): void {
    const facts: [string, string][] = [
        [t('system.when'), dayAndClock(entry.at)],
        [t('system.who'), [whoOf(entry), entry.ip].filter(Boolean).join(' · ')],
        [t('system.about'), about === entry.subject ? about : `${about} (${entry.subject})`],
    ];
    if (entry.detail) facts.push([t('system.detail'), entry.detail]);
    openDialog({
        title: actionWord(entry.action),
        body: html`<dl class="system-entry">
            ${facts.map(
                ([name, value]) =>
                    html`<div>
                        <dt>${name}</dt>
                        <dd>${value}</dd>
                    </div>`,
            )}
        </dl>`,
    });
}

/** Who did what, the newest first. */
export class AuditTab {
    readonly root: HTMLElement;
    readonly #list: List<AuditEntry>;
    readonly #release: () => void;
    #people: User[] = [];

    constructor() {
        this.#list = new List<AuditEntry>({
            page: 'audit',
            label: t('system.audit'),
            keeps: ['tab'],
            searchLabel: t('list.search'),
            columns: [
                {
                    key: 'at',
                    title: t('system.when'),
                    cell: ({ at }) => html`<time datetime="${at}" title="${dayAndClock(at)}">${shortMoment(at)}</time>`,
                    always: true,
                },
                { key: 'who', title: t('system.who'), cell: whoCell },
                {
                    key: 'what',
                    title: t('system.what'),
                    cell: ({ action }) => html`<span class="two-lines" title="${action}">${actionWord(action)}</span>`,
                    always: true,
                },
                {
                    key: 'about',
                    title: t('system.about'),
                    cell: ({ subject }) =>
                        html`<span class="two-lines" title="${subject}">${subjectWord(subject, this.#people)}</span>`,
                },
                {
                    key: 'detail',
                    title: t('system.detail'),
                    cell: ({ detail }) => html`<span class="two-lines quiet" title="${detail}">${detail}</span>`,
                },
            ],
            filters: [
                {
                    name: 'action',
                    label: t('system.about'),
                    kind: 'choice',
                    choices: () => families.map((value) => ({ value, label: t(`audit_family.${value}`) })),
                },
                {
                    name: 'user_id',
                    label: t('system.who'),
                    kind: 'choice',
                    choices: () => this.#people.map(({ id, name }) => ({ value: String(id), label: name })),
                },
            ],
            views: [],
            paged: true,
            selectable: false,
            idOf: ({ id }) => id,
            nameOf: ({ action }) => action,
            load: ({ action, user_id, q }, cursor, perPage, signal) =>
                listAudit({ action, user_id, q, cursor, per_page: perPage }, signal),
            empty: () => emptyState('list', t('list.none_found'), t('list.none_found_text')),
            open: (entry) => openEntry(entry, subjectWord(entry.subject, this.#people)),
        });
        this.root = this.#list.root;
        const walk = (step: number): void => void this.#list.walk(this.#list.focused, step);
        this.#release = useKeys({
            '/': () => this.#list.focusSearch(),
            j: () => walk(1),
            k: () => walk(-1),
            Enter: () => this.#list.focused !== undefined && this.#list.open(this.#list.focused),
        });
    }

    asked(query: Query): void {
        void this.#begin(query);
    }

    // Their names stand in the rows and in the filter; without them, numbers do.
    async #begin(query: Query): Promise<void> {
        if (this.#people.length === 0) this.#people = await listUsers().catch(() => []);
        await this.#list.begin(query);
    }

    read(): void {
        void this.#list.refetch();
    }

    close(): void {
        this.#release();
        this.#list.close();
    }
}
