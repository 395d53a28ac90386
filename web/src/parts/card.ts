import { element, html, part } from '../html';
import type { Markup } from '../html';
import { guardUnsaved } from '../router';
import { bindForm, formMarkup } from './form';
import type { FormPart, Values } from './form';

/** A card of a page of settings. */
export function card(title: string, lead: string, body: Markup): HTMLElement {
    return element(
        html`<section class="card-box">
            <header class="card-head">
                <h2>${title}</h2>
                ${lead && html`<p>${lead}</p>`}
            </header>
            <div class="card-inside">${body}</div>
        </section>`,
    );
}

/** A card that is a form; gives the function that ends its guard. */
export function formCard(
    title: string,
    lead: string,
    parts: readonly FormPart[],
    submit: string,
    act: (values: Values) => Promise<void>,
): { root: HTMLElement; release: () => void } {
    const root = element(
        html`<section class="card-box">
            <form novalidate>
                <header class="card-head">
                    <h2>${title}</h2>
                    ${lead && html`<p>${lead}</p>`}
                </header>
                ${formMarkup(parts)}
                <footer class="card-foot"><button type="submit" class="btn btn-save">${submit}</button></footer>
            </form>
        </section>`,
    );
    const { isDirty } = bindForm(part(root, 'form'), parts, act);
    return { root, release: guardUnsaved(isDirty) };
}
