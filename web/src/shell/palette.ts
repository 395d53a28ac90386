import { listOrders } from '../api/orders';
import type { Order } from '../api/orders';
import { Failure } from '../api/client';
import { fill, html, part } from '../html';
import type { Markup } from '../html';
import { statusBadge } from '../parts/badge';
import { openDialog } from '../parts/dialog';
import { icon } from '../parts/icon';
import type { Sign } from '../parts/icon';
import { siteMark } from '../parts/site-mark';
import { queryString } from '../query';
import { siteById, sites, suppliers } from '../reference';
import { go } from '../router';
import { may } from '../session';
import { t } from '../words';
import { pages } from './pages';

interface Entry {
    group: string;
    title: string;
    note?: string;
    sign: Markup;
    end?: Markup;
    address: string;
}

const waitMs = 200,
    mostOrders = 6,
    mostOthers = 8;

function signed(sign: Sign): Markup {
    return icon(sign);
}

function places(): Entry[] {
    const open = pages
        .filter((page) => may(page.least))
        .map((page) => ({
            group: t('palette.pages'),
            title: t(page.title),
            note: page.also ? t(page.also) : '',
            sign: signed(page.menu?.sign ?? 'person'),
            address: page.path,
        }));
    const decisions: Entry[] = may('manager')
        ? [
              {
                  group: t('palette.pages'),
                  title: t('view.needs_decision'),
                  sign: signed('question-diamond'),
                  address: '/order?needs_decision=1',
              },
          ]
        : [];
    const ofSites = sites().map((site) => ({
        group: t('palette.sites'),
        title: site.name,
        note: site.url,
        sign: siteMark(site),
        address: `/order${queryString({ site_id: String(site.id) })}`,
    }));
    const ofSuppliers = may('admin')
        ? suppliers().map((supplier) => ({
              group: t('palette.suppliers'),
              title: supplier.name,
              note: supplier.api_url,
              sign: signed('plug'),
              address: `/settings/apies${queryString({ q: supplier.name })}`,
          }))
        : [];
    return [...open, ...decisions, ...ofSites, ...ofSuppliers];
}

function ofOrder(order: Order): Entry {
    return {
        group: t('palette.orders'),
        title: order.wp_order_number,
        note: `${order.product_service} · ${order.client_email}`,
        sign: siteMark(siteById(order.site_id)),
        end: statusBadge(order.status),
        address: `/order?order=${order.id}`,
    };
}

/** Ctrl+K: finds orders, pages, sites and settings from anywhere. */
export function openPalette(): void {
    if (document.querySelector('.palette')) return;
    let entries: Entry[] = [],
        chosen = 0,
        asked = 0;
    let timer: number | undefined;
    const dialog = openDialog({
        title: t('palette.title'),
        body: html`<div class="palette">
            <div class="palette-ask">
                ${icon('search')}
                <input
                    type="text"
                    class="palette-input"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-found"
                    aria-autocomplete="list"
                    aria-label="${t('palette.label')}"
                    placeholder="${t('palette.label')}"
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                />
                <kbd>Esc</kbd>
            </div>
            <ul class="palette-found" id="palette-found" role="listbox" aria-label="${t('palette.found')}"></ul>
        </div>`,
    });
    dialog.root.classList.add('palette-dialog');
    const input = part<HTMLInputElement>(dialog.root, '.palette-input');
    const found = part(dialog.root, '.palette-found');

    const show = (): void => {
        chosen = Math.min(Math.max(chosen, 0), Math.max(entries.length - 1, 0));
        fill(
            found,
            entries.length > 0
                ? html`${entries.map(
                      (entry, i) =>
                          html`${entry.group !== entries[i - 1]?.group && html`<li class="palette-group" role="presentation">${entry.group}</li>`}
                              <li
                                  class="palette-entry ${i === chosen && 'palette-chosen'}"
                                  role="option"
                                  id="${`palette-${i}`}"
                                  aria-selected="${String(i === chosen)}"
                                  data-entry="${i}"
                              >
                                  ${entry.sign}<span class="grow cut"
                                      ><strong>${entry.title}</strong> <span class="quiet">${entry.note}</span></span
                                  >${entry.end}
                              </li>`,
                  )}`
                : html`<li class="palette-none" role="presentation">${t('palette.none')}</li>`,
        );
        input.setAttribute('aria-activedescendant', entries.length > 0 ? `palette-${chosen}` : '');
        found.querySelector('.palette-chosen')?.scrollIntoView({ block: 'nearest' });
    };
    const ask = async (): Promise<void> => {
        const words = input.value.trim().toLowerCase();
        const mine = ++asked;
        const others = places()
            .filter(({ title, note }) => `${title} ${note ?? ''}`.toLowerCase().includes(words))
            .slice(0, words ? mostOthers : 20);
        entries = others;
        show();
        if (words === '') return;
        try {
            const { data } = await listOrders({ q: input.value.trim() }, undefined, mostOrders);
            if (mine !== asked) return;
            const all: Entry[] =
                data.length > 0
                    ? [
                          {
                              group: t('palette.orders'),
                              title: t('palette.all_orders', { words: input.value.trim() }),
                              sign: icon('funnel'),
                              address: `/order${queryString({ q: input.value.trim() })}`,
                          },
                      ]
                    : [];
            entries = [...data.map(ofOrder), ...all, ...others];
            show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
        }
    };
    const follow = (at: number): void => {
        const entry = entries[at];
        if (!entry) return;
        dialog.close();
        void go(entry.address);
    };
    input.addEventListener('input', () => {
        window.clearTimeout(timer);
        chosen = 0;
        timer = window.setTimeout(() => void ask(), waitMs);
    });
    input.addEventListener('keydown', (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step !== undefined) {
            event.preventDefault();
            chosen = (chosen + step + entries.length) % Math.max(entries.length, 1);
            show();
        } else if (event.key === 'Enter') {
            event.preventDefault();
            follow(chosen);
        }
    });
    found.addEventListener('click', (event) => {
        const at = (event.target as Element).closest<HTMLElement>('[data-entry]')?.dataset.entry;
        if (at !== undefined) follow(Number(at));
    });
    void ask();
}
