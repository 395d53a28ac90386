import { endOtherSessions, endSession, mySessions } from '../../api/me';
import type { OpenSession } from '../../api/me';
import { ago, dayAndClock } from '../../format';
import { fill, html, part } from '../../html';
import type { Markup } from '../../html';
import { Failure } from '../../api/client';
import { card } from '../../parts/card';
import { confirmed } from '../../parts/dialog';
import { icon } from '../../parts/icon';
import { errorState, skeletonLines } from '../../parts/states';
import { toastFailure } from '../../parts/toast';
import { t } from '../../words';
import { deviceOf } from './device';

function row(one: OpenSession): Markup {
    const here = html`<span class="status-badge status-badge-plain badge-completed">${t('session.this')}</span>`;
    const other = html`<button type="button" class="btn btn-sm" data-end="${one.id}">${t('session.end')}</button>`;
    return html`<li>
        ${icon('laptop', 'small')}
        <span class="grow"
            ><strong title="${one.user_agent}">${deviceOf(one.user_agent)}</strong>
            <small
                ><span class="digits">${one.ip}</span> · ${t('session.since', { at: dayAndClock(one.created_at) })} ·
                ${t('session.seen', { ago: ago(one.seen_at) })}</small
            ></span
        >
        ${one.current ? here : other}
    </li>`;
}

/** Where this person is signed in. */
export function sessionsCard(): HTMLElement {
    const root = card(
        t('sessions'),
        t('sessions.lead'),
        html`<ul class="things"></ul>
            <footer class="card-foot">
                <button type="button" class="btn" data-end="others">${t('sessions.end_others')}</button>
            </footer>`,
    );
    const room = part(root, '.things');
    const read = async (): Promise<void> => {
        try {
            const all = await mySessions();
            fill(room, html`${all.map(row)}`);
            part(root, '.card-foot').toggleAttribute('hidden', all.length < 2);
        } catch (error) {
            if (!(error instanceof Failure)) throw error;
            fill(room, errorState(t('sessions.failed'), error.message));
        }
    };
    const end = async (which: string): Promise<void> => {
        if (
            which === 'others' &&
            !(await confirmed({
                title: t('sessions.end_others'),
                text: t('sessions.end_others_text'),
                yes: t('sessions.end_others'),
                danger: true,
            }))
        )
            return;
        try {
            await (which === 'others' ? endOtherSessions() : endSession(Number(which)));
            await read();
        } catch (error) {
            toastFailure(t('session.not_ended'), error);
        }
    };
    root.addEventListener('click', (event) => {
        const target = event.target as Element,
            which = target.closest<HTMLElement>('[data-end]')?.dataset.end;
        if (which) void end(which);
        if (target.closest('[data-action="retry"]')) void read();
    });
    fill(room, skeletonLines(2));
    void read();
    return root;
}
