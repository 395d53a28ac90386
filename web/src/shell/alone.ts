import { element, fill, html, part } from '../html';
import { arrive } from '../router';
import { remember, remembered, showTheme } from '../session';
import { icon } from '../parts/icon';
import { menu, menuItem } from '../parts/menu';
import type { Theme } from '../api/session';
import { language, languages, ownNames, speak, t } from '../words';
import { logo } from './logo';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** The room of a page that stands alone, for people who are not signed in; gives its card. */
export function alone(root: HTMLElement, title: string, lead: string, wide = false): HTMLElement {
    const theme = (remembered('theme') ?? 'system') as Theme;
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
                ${menu({ content: html`${icon('translate', 'small')}${ownNames[language()]}${icon('chevron-down', 'tiny')}`, look: 'btn btn-ghost btn-sm' }, html`${languages.map((one) => menuItem({ name: `language:${one}`, label: ownNames[one], chosen: one === language() }))}`)}
                ${menu({ content: html`${icon('circle-half', 'small')}${t(`theme.${theme}`)}${icon('chevron-down', 'tiny')}`, look: 'btn btn-ghost btn-sm' }, html`${themes.map((one) => menuItem({ name: `theme:${one}`, label: t(`theme.${one}`), chosen: one === theme }))}`)}
            </footer>
        </div>`,
    );
    page.addEventListener('click', (event) => {
        const action = (event.target as Element).closest<HTMLElement>('[data-action]')?.dataset.action ?? '';
        if (action.startsWith('theme:')) {
            showTheme(action.slice(6) as Theme);
            arrive();
        }
        const chosen = languages.find((one) => action === `language:${one}`);
        if (!chosen) return;
        remember('language', chosen);
        void speak(chosen).then(arrive);
    });
    fill(root, html``);
    root.append(page);
    return part(page, '.alone-card');
}
