import { Failure } from '../../api/client';
import { listServices } from '../../api/suppliers';
import type { OfferedService, Supplier } from '../../api/suppliers';
import { money, number } from '../../format';
import { fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { openDialog } from '../../parts/dialog';
import { yesNo } from '../../parts/list-page';
import { emptyState, errorState, skeletonLines } from '../../parts/states';
import { t } from '../../words';

// A supplier may have ten thousand: so many rows are drawn, the search finds the rest.
const mostShown = 200;

function table(found: OfferedService[], currency: string): Markup {
    return html`<table class="plain-table">
        <thead>
            <tr>
                <th scope="col" class="end">${t('service.id')}</th>
                <th scope="col">${t('service.name')}</th>
                <th scope="col">${t('service.type')}</th>
                <th scope="col" class="end">${t('service.rate')}</th>
                <th scope="col" class="end">${t('service.range')}</th>
                <th scope="col">${t('service.refill')}</th>
                <th scope="col">${t('service.cancel')}</th>
            </tr>
        </thead>
        <tbody>
            ${found.slice(0, mostShown).map(
                (one) =>
                    html`<tr>
                        <td class="digits end">${one.id}</td>
                        <td>
                            <span class="lines"><span>${one.name}</span><span class="second">${one.category}</span></span>
                        </td>
                        <td class="quiet">${one.type}</td>
                        <td class="digits end">${money(one.rate, currency)}</td>
                        <td class="digits end">${number(one.min)} – ${number(one.max)}</td>
                        <td>${yesNo(one.refill)}</td>
                        <td>${yesNo(one.cancel)}</td>
                    </tr>`,
            )}
        </tbody>
    </table>`;
}

/** What a supplier offers right now. */
export function openServices(supplier: Supplier): void {
    const dialog = openDialog({
        title: t('services.of', { supplier: supplier.name }),
        wide: true,
        body: html`<input
                type="search"
                class="form-control"
                aria-label="${t('services.search')}"
                placeholder="${t('services.search')}"
            />
            <p class="quiet small services-count" role="status"></p>
            <div
                class="services"
                tabindex="0"
                role="region"
                aria-label="${t('services.of', { supplier: supplier.name })}"
            ></div>`,
    });
    const room = part(dialog.root, '.services'),
        search = part<HTMLInputElement>(dialog.root, '[type=search]');
    let all: OfferedService[] = [];
    const show = (): void => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const found = all.filter((one) =>
            words.every((word) => `${one.id} ${one.name} ${one.category} ${one.type}`.toLowerCase().includes(word)),
        );
        fill(room, found.length > 0 ? table(found, supplier.currency ?? '') : emptyState('search', t('services.none'), ''));
        part(dialog.root, '.services-count').textContent = t('services.shown', {
            shown: number(Math.min(found.length, mostShown)),
            count: found.length,
        });
    };
    const read = async (): Promise<void> => {
        fill(room, skeletonLines(6));
        try {
            all = await listServices(supplier.id);
            show();
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            fill(room, errorState(t('services.failed'), error.message));
        }
    };
    room.addEventListener('click', (event) => {
        if ((event.target as Element).closest('[data-action="retry"]')) void read();
    });
    search.addEventListener('input', show);
    void read();
}
