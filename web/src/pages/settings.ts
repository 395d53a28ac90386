import { changeSettings, listSettings } from '../api/settings';
import type { Setting } from '../api/settings';
import { day } from '../format';
import { element, fill, html, part } from '../html';
import type { Choice, Field } from '../parts/field';
import { bindForm, changesOf, formMarkup } from '../parts/form';
import type { Values } from '../parts/form';
import { errorState, skeletonLines } from '../parts/states';
import { toast, toastFailure } from '../parts/toast';
import { Failure } from '../api/client';
import { guardUnsaved, putQuery } from '../router';
import type { OpenPage, PageModule, Place } from '../router';
import { EmailRules } from './email-rules';
import { languages, ownNames, t, wordFor, wordIfKnown } from '../words';

const kinds: Record<Setting['kind'], Field['kind']> = {
    text: 'text',
    integer: 'number',
    boolean: 'switch',
    decimal: 'decimal',
    url: 'url',
    secret: 'secret',
    list: 'area',
};

// Texts that are one of a few words.
const choices: Record<string, Choice[]> = {
    'telegram.language': languages.map((value) => ({ value, label: ownNames[value] })),
};

/** What a setting is called here, and what it is for: the server's words where we have none. */
function wordsOf(setting: Setting): { label: string; help: string } {
    const name = setting.key.replace(/^[^.]+\./, '');
    return {
        label: wordIfKnown('setting', setting.key) ?? name,
        help: wordIfKnown('setting_help', setting.key) ?? setting.help,
    };
}

function valueOf(setting: Setting): string | boolean {
    return setting.kind === 'boolean' ? setting.value === '1' || setting.value === 'true' : setting.value;
}

function isChanged({ kind, value, fallback }: Setting): boolean {
    return kind !== 'secret' && value !== fallback;
}

function fallbackOf({ kind, key, fallback }: Setting): string {
    if (kind === 'boolean') return t(fallback === '1' ? 'setting.fallback_on' : 'setting.fallback_off');
    if (fallback === '') return t('setting.fallback_none');
    return t('setting.fallback', { value: choices[key]?.find(({ value }) => value === fallback)?.label ?? fallback });
}

function fieldOf(setting: Setting): Field {
    const { label, help } = wordsOf(setting);
    const bounds = setting.kind === 'integer' && setting.most > 0 ? { least: setting.least, most: setting.most } : {};
    const by =
        setting.updated_by &&
        setting.updated_at &&
        t('setting.changed', { who: setting.updated_by, at: day(setting.updated_at) });
    const fallback = isChanged(setting) && fallbackOf(setting);
    return {
        name: setting.key,
        label,
        kind: choices[setting.key] ? 'select' : kinds[setting.kind],
        choices: choices[setting.key] ?? [],
        value: valueOf(setting),
        rows: 2,
        ...bounds,
        help: html`<span>${help}</span>${
                fallback &&
                html` <span
                    >${fallback}
                    <button type="button" class="btn-link" data-reset="${setting.key}">${t('setting.reset')}</button></span
                >`
            }${by && html` <span>${by}</span>`} <code class="setting-key">${setting.key}</code>`,
    };
}

function sent(values: Values): Record<string, string> {
    return Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
            key,
            typeof value === 'boolean' ? (value ? '1' : '0') : String(value),
        ]),
    );
}

class SettingsPage implements OpenPage {
    readonly #root = element(
        html`<div class="settings">
            <nav class="settings-groups" aria-label="${t('settings.groups')}"></nav>
            <div class="settings-forms"></div>
        </div>`,
    );
    readonly #search = element<HTMLInputElement>(
        html`<input
            type="search"
            class="form-control settings-search"
            aria-label="${t('settings.search')}"
            placeholder="${t('settings.search')}"
        />`,
    );
    readonly #dirty = new Map<string, () => boolean>();
    readonly #release = guardUnsaved(() => [...this.#dirty.values()].some((isDirty) => isDirty()));
    readonly #rules = new EmailRules();
    #settings: Setting[] = [];

    constructor(place: Place) {
        const head = element(
            html`<header class="page-head">
                <div class="grow"><h1>${t('page.settings')}</h1></div>
            </header>`,
        );
        head.append(this.#search);
        place.root.append(head, this.#root);
        this.#search.value = place.query.q ?? '';
        this.#search.addEventListener('input', () => {
            putQuery(this.#search.value ? { q: this.#search.value } : {});
            this.#find();
        });
        this.#root.addEventListener('click', (event) => {
            if ((event.target as Element).closest('[data-action="retry"]')) void this.read();
        });
        void this.read();
    }

    async read(): Promise<void> {
        const room = part(this.#root, '.settings-forms');
        fill(room, skeletonLines(8));
        try {
            this.#settings = await listSettings();
            this.#show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            fill(room, errorState(t('settings.failed'), error.message));
        }
    }

    #show(): void {
        const groups = [...new Set(this.#settings.map(({ group }) => group))];
        fill(
            part(this.#root, '.settings-groups'),
            html`<ul>
                ${groups.map((group) => html`<li><a href="${`#${group}`}" data-group="${group}">${wordFor('setting_group', group)}</a></li>`)}
            </ul>`,
        );
        const room = part(this.#root, '.settings-forms');
        fill(room, html``);
        for (const group of groups) {
            room.append(this.#group(group));
            if (group === 'suspicious') room.append(this.#rules.root);
        }
        void this.#rules.read();
        part(this.#root, '.settings-groups').addEventListener('click', (event) => {
            const group = (event.target as Element).closest<HTMLElement>('[data-group]')?.dataset.group;
            if (!group) return;
            event.preventDefault();
            part(this.#root, `[id="${group}"]`).scrollIntoView({ block: 'start' });
        });
        this.#find();
    }

    #group(group: string): HTMLElement {
        const parts = this.#settings.filter((setting) => setting.group === group).map(fieldOf);
        const card = element(
            html`<section class="card-box settings-group" id="${group}">
                <form novalidate>
                    <header class="card-head"><h2>${wordFor('setting_group', group)}</h2></header>
                    ${formMarkup(parts)}
                    <footer class="card-foot"><button type="submit" class="btn btn-save">${t('save')}</button></footer>
                </form>
            </section>`,
        );
        const form = part<HTMLFormElement>(card, 'form');
        const { isDirty } = bindForm(form, parts, async (values) => {
            const changes = changesOf(values, parts);
            if (Object.keys(changes).length === 0) return;
            this.#settings = await changeSettings(sent(changes));
            toast({ kind: 'done', title: t('settings.saved'), text: wordFor('setting_group', group) });
            this.#dirty.delete(group);
            card.replaceWith(this.#group(group));
        });
        card.addEventListener('click', (event) => {
            const key = (event.target as Element).closest<HTMLElement>('[data-reset]')?.dataset.reset;
            if (key) void this.#reset(key, group, card);
        });
        this.#dirty.set(group, isDirty);
        return card;
    }

    async #reset(key: string, group: string, card: HTMLElement): Promise<void> {
        // What was typed beside it and not saved would be gone.
        if (this.#dirty.get(group)?.()) return toast({ kind: 'error', title: t('setting.save_first'), text: '' });
        try {
            this.#settings = await changeSettings({ [key]: null });
            toast({ kind: 'done', title: t('setting.was_reset'), text: wordIfKnown('setting', key) ?? key });
            card.replaceWith(this.#group(group));
        } catch (error) {
            toastFailure(t('setting.not_reset'), error);
        }
    }

    // Only what the words are about stays in sight.
    #find(): void {
        const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
        for (const card of this.#root.querySelectorAll<HTMLElement>('.settings-group')) {
            for (const field of card.querySelectorAll<HTMLElement>('[data-field]')) {
                const text = `${field.textContent} ${card.querySelector('h2')?.textContent ?? ''}`.toLowerCase();
                field.hidden = !words.every((word) => text.includes(word));
            }
            card.hidden = !card.querySelector('[data-field]:not([hidden])');
        }
        const rules = this.#rules.root;
        rules.hidden = !words.every((word) => rules.textContent.toLowerCase().includes(word));
    }

    close(): void {
        this.#release();
    }
}

/** /settings/general: everything that may change while the program runs. */
export const page: PageModule = {
    open: (place) => new SettingsPage(place),
};
