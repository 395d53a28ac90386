import { onConnection } from '../api/connection';
import { onLiveState } from '../api/live';
import type { LiveState } from '../api/live';
import { element, html } from '../html';
import { t } from '../words';

/** The dot in the top bar: whether changes come by themselves. */
export class LiveMark {
    readonly root = element(html`<span class="live-mark" role="status"><span class="visually-hidden"></span></span>`);
    readonly #ends: (() => void)[];
    #state: LiveState = 'off';
    #up = true;

    constructor() {
        this.#ends = [
            onLiveState((state) => {
                this.#state = state;
                this.#show();
            }),
            onConnection((up) => {
                this.#up = up;
                this.#show();
            }),
        ];
    }

    #show(): void {
        const state = this.#up ? this.#state : 'off';
        this.root.dataset.state = state;
        this.root.title = t(`live.${state}`);
        const words = this.root.firstElementChild;
        if (words) words.textContent = this.root.title;
    }

    close(): void {
        for (const end of this.#ends) end();
    }
}
