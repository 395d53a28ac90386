import { html } from '../../html';
import type { Markup } from '../../html';
import { icon } from '../../parts/icon';
import { emptyState } from '../../parts/states';
import { sites, suppliers } from '../../reference';
import { may } from '../../session';
import { t } from '../../words';

interface Step {
    title: string;
    text: string;
    done: boolean;
    href: string;
}

function step(one: Step, at: number, now: boolean): Markup {
    return html`<li class="step ${one.done ? 'step-done' : now && 'step-now'}">
        <span class="step-number">${one.done ? icon('check-lg', 'tiny') : at + 1}</span>
        <div>
            <h3>${one.title}</h3>
            ${!one.done && html`<p>${one.text}</p>`}
        </div>
        ${one.done ? html`<span class="quiet">${t('step.done')}</span>` : html`<a class="btn" href="${one.href}">${t('step.go')}</a>`}
    </li>`;
}

// A new installation: what is left to do until the first order comes by itself.
function newInstallation(): Markup {
    const steps: Step[] = [
        { title: t('step.account'), text: '', done: true, href: '/user/settings' },
        { title: t('step.site'), text: t('step.site_text'), done: sites().length > 0, href: '/settings/sites' },
        { title: t('step.supplier'), text: t('step.supplier_text'), done: suppliers().length > 0, href: '/settings/apies' },
        { title: t('step.telegram'), text: t('step.telegram_text'), done: false, href: '/settings/general?q=telegram' },
    ];
    const now = steps.findIndex((one) => !one.done);
    return html`<div class="beginning">
        <h2>${t('orders.none_yet')}</h2>
        <p>${t('orders.none_yet_text')}</p>
        <ol class="steps">
            ${steps.map((one, i) => step(one, i, i === now))}
        </ol>
    </div>`;
}

export function noOrders(filtered: boolean, decisions: boolean): Markup {
    if (decisions)
        return emptyState('check-circle-fill', t('orders.decided'), t('orders.decided_text'), {
            label: t('view.all_orders'),
            href: '/order',
        });
    if (filtered)
        return emptyState('search', t('orders.none_found'), t('orders.none_found_text'), {
            label: t('filter.reset'),
            name: 'reset-filters',
        });
    if (may('admin')) return newInstallation();
    return emptyState('inboxes', t('orders.none_yet'), t('orders.none_for_you'));
}
