import { element, fill, html, part } from '../html';
import type { Markup } from '../html';
import { arrive } from '../router';
import { remember, remembered, showTheme } from '../session';
import { icon } from '../parts/icon';
import type { Sign } from '../parts/icon';
import { menu, menuItem } from '../parts/menu';
import type { Theme } from '../api/session';
import { language, languages, ownNames, speak, t } from '../words';
import { logo } from './logo';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

function chosen(sign: Sign, label: string): { content: Markup; look: string } {
    return { content: html`${icon(sign, 'small')}${label}${icon('chevron-down', 'tiny')}`, look: 'btn btn-ghost btn-sm' };
}

/** The room of a page that stands alone, for people who are not signed in; gives its card. */
export function alone(root: HTMLElement, title: string, lead: string, wide = false): HTMLElement {
    const theme = (remembered('theme') ?? 'system') as Theme;
    const languageItems = html`${languages.map((one) => menuItem({ name: `language:${one}`, label: ownNames[one], chosen: one === language() }))}`;
    const themeItems = html`${themes.map((one) => menuItem({ name: `theme:${one}`, label: t(`theme.${one}`), chosen: one === theme }))}`;
    const page = element(
        html`<div class="alone ${wide && 'alone-wide'}">
            <main class="alone-main">
                <header class="alone-head">
                    ${logo()}
                    <h1>${title}</h1>
                    <p class="alone-lead">${lead}</p>
                </header>
                <div class="alone-card"></div>
                <div class="alone-below"></div>
            </main>
            <footer class="alone-foot">
                ${menu(chosen('translate', ownNames[language()]), languageItems)}
                ${menu(chosen('circle-half', t(`theme.${theme}`)), themeItems)}
            </footer>
        </div>`,
    );
    page.addEventListener('click', (event) => {
        const action = (event.target as Element).closest<HTMLElement>('[data-action]')?.dataset.action ?? '';
        if (action.startsWith('theme:')) {
            showTheme(action.slice(6) as Theme);
            arrive();
        }
        const spoken = languages.find((one) => action === `language:${one}`);
        if (!spoken) return;
        remember('language', spoken);
        void speak(spoken).then(arrive);
    });
    fill(root, html``);
    root.append(page);
    return part(page, '.alone-card');
}
