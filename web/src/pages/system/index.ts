import './system.css';

import { element, fill, html } from '../../html';
import type { Query } from '../../query';
import type { OpenPage, PageModule, Place } from '../../router';
import { learn, t } from '../../words';
import { AuditTab } from './audit';
import { LogTab } from './log';
import { StateTab } from './state';

const tabs = ['state', 'audit', 'log'] as const;
type TabName = (typeof tabs)[number];

/** What stands under a tab. */
export interface Tab {
    readonly root: HTMLElement;
    asked(query: Query): void;
    read(): void;
    close(): void;
}

const tabOf = ({ tab }: Query): TabName => tabs.find((name) => name === tab) ?? 'state';

class SystemPage implements OpenPage {
    readonly #head = element(
        html`<header class="page-head">
            <h1>${t('page.system')}</h1>
        </header>`,
    );
    readonly #nav = element(html`<nav class="views" aria-label="${t('page.system')}"></nav>`);
    readonly #room = element(html`<div class="system-room"></div>`);
    #name: TabName | undefined;
    #tab: Tab | undefined;

    constructor(place: Place) {
        place.root.append(this.#head, this.#nav, this.#room);
        this.#room.addEventListener('click', (event) => {
            if (this.#name !== 'audit' && (event.target as Element).closest('[data-action="retry"]')) this.refresh();
        });
        this.asked(place.query);
    }

    asked(query: Query): void {
        const name = tabOf(query);
        if (name !== this.#name) {
            this.#name = name;
            this.#tab?.close();
            this.#tab = name === 'audit' ? new AuditTab() : name === 'log' ? new LogTab() : new StateTab();
            this.#room.replaceChildren(this.#tab.root);
            fill(
                this.#nav,
                html`<ul class="view-list">
                    ${tabs.map(
                        (one) =>
                            html`<li>
                                <a
                                    class="view ${one === name && 'view-here'}"
                                    href="${one === 'state' ? '/system' : `/system?tab=${one}`}"
                                    ${one === name && 'aria-current="page"'}
                                    >${t(`system.${one}`)}</a
                                >
                            </li>`,
                    )}
                </ul>`,
            );
        }
        this.#tab?.asked(query);
    }

    refresh(): void {
        this.#tab?.read();
    }

    close(): void {
        this.#tab?.close();
    }
}

/** /system: how the program is, who did what, and what it logs. */
export const page: PageModule = {
    async open(place) {
        await learn({
            uk: () => import('../../../locales/system.uk.json'),
            en: () => import('../../../locales/system.en.json'),
        });
        return new SystemPage(place);
    },
};
