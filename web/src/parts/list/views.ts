import { Failure } from '../../api/client';
import { addView, listViews, removeView, renameView } from '../../api/views';
import type { SavedView } from '../../api/views';
import { element, fill, html } from '../../html';
import type { Markup } from '../../html';
import { parseQuery, queryString } from '../../query';
import type { Query } from '../../query';
import { t } from '../../words';
import { confirmed } from '../dialog';
import { openFormDialog } from '../form-dialog';
import { icon } from '../icon';
import { toastFailure } from '../toast';

/** A view that every installation has. */
export interface View {
    label: string;
    query: Query;
    count?: string | undefined;
    /** It waits for people. */
    hot?: boolean;
}

/** Tabs over a list: ours, then those that the person has saved. */
export class ViewTabs {
    readonly root = element(html`<nav class="views" aria-label="${t('views')}"></nav>`);
    readonly #page: string;
    #own: View[] = [];
    #saved: SavedView[] = [];
    #query: Query = {};

    constructor(page: string, own: View[]) {
        this.#page = page;
        this.#own = own;
        this.root.addEventListener('click', (event) => {
            const button = (event.target as Element).closest<HTMLElement>('[data-view]');
            if (button?.dataset.view === 'save') this.#save();
            else if (button?.dataset.view) void this.#forget(Number(button.dataset.view));
            const named = (event.target as Element).closest<HTMLElement>('[data-rename]')?.dataset.rename;
            if (named) this.#rename(Number(named));
        });
    }

    async read(): Promise<void> {
        try {
            this.#saved = await listViews(this.#page);
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
        this.show(this.#query);
    }

    count(own: View[]): void {
        this.#own = own;
        this.show(this.#query);
    }

    show(query: Query): void {
        this.#query = query;
        const here = queryString(query);
        const savedHere = this.#saved.find((view) => queryString(parseQuery(view.query)) === here);
        this.root.hidden = this.#own.length === 1 && this.#saved.length === 0 && here === '';
        const ownHere = this.#own.some((view) => queryString(view.query) === here);
        fill(
            this.root,
            html`<ul class="view-list">
                    ${this.#own.map((view) => tab(view, queryString(view.query) === here))}
                    ${this.#saved.map((view) => tab({ label: view.name, query: parseQuery(view.query) }, view === savedHere))}
                </ul>
                ${
                    savedHere
                        ? html`<button type="button" class="btn btn-ghost btn-sm" data-rename="${savedHere.id}">
                                  ${icon('pencil', 'small')}<span>${t('views.rename')}</span>
                              </button>
                              <button type="button" class="btn btn-ghost btn-sm" data-view="${savedHere.id}">
                                  ${icon('trash', 'small')}<span>${t('views.forget')}</span>
                              </button>`
                        : !ownHere &&
                          html`<button type="button" class="btn btn-ghost btn-sm" data-view="save">
                              ${icon('bookmark-plus', 'small')}<span>${t('views.save')}</span>
                          </button>`
                }`,
        );
    }

    #save(): void {
        const query = queryString(this.#query);
        openFormDialog({
            title: t('views.save'),
            parts: [{ name: 'name', label: t('views.name'), kind: 'text', required: true, longest: 60 }],
            submit: t('save'),
            act: async (values) => {
                this.#saved.push(await addView(this.#page, String(values.name), query.slice(1)));
                this.show(this.#query);
            },
        });
    }

    #rename(id: number): void {
        const view = this.#saved.find((one) => one.id === id);
        if (!view) return;
        openFormDialog({
            title: t('views.rename_title', { name: view.name }),
            parts: [{ name: 'name', label: t('views.name'), kind: 'text', required: true, longest: 60, value: view.name }],
            submit: t('save'),
            act: async (values) => {
                const renamed = await renameView(id, String(values.name));
                this.#saved = this.#saved.map((one) => (one.id === id ? renamed : one));
                this.show(this.#query);
            },
        });
    }

    async #forget(id: number): Promise<void> {
        const view = this.#saved.find((one) => one.id === id);
        if (
            !view ||
            !(await confirmed({
                title: t('views.forget_title', { name: view.name }),
                text: t('views.forget_text'),
                yes: t('delete'),
                danger: true,
            }))
        )
            return;
        try {
            await removeView(id);
            this.#saved = this.#saved.filter((one) => one !== view);
            this.show(this.#query);
        } catch (error) {
            toastFailure(t('views.not_forgotten'), error);
        }
    }
}

function tab(view: View, here: boolean): Markup {
    return html`<li>
        <a
            class="view ${here && 'view-here'}"
            href="${`${location.pathname}${queryString(view.query)}`}"
            aria-current="${here ? 'page' : 'false'}"
            >${view.label}${view.count !== undefined && view.count !== '0' && html`<span class="view-count ${view.hot && 'count-hot'}">${view.count}</span>`}</a
        >
    </li>`;
}
