import $ from 'jquery/slim';

const longPressMs = 450;

/** A finger that stays where it is on what `selector` finds. */
export function onLongPress(root: HTMLElement, selector: string, held: (on: HTMLElement) => void): void {
    let timer: number | undefined;
    $(root)
        .on('touchstart', selector, (event) => {
            const on = event.currentTarget as HTMLElement;
            timer = window.setTimeout(() => held(on), longPressMs);
        })
        .on('touchend touchmove touchcancel', selector, () => window.clearTimeout(timer));
}
