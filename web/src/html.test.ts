import { describe, expect, it } from 'vitest';

import { html, safeAddress } from './html';

const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</td></tr>',
    '&lt;b&gt;',
    '`',
    '<!--',
    '{name}',
];

describe('html', () => {
    it.each(hostile)('lets %s appear as text', (text) => {
        const { text: markup } = html`<p title="${text}">${text}</p>`;
        expect(markup.slice('<p title="'.length, -'</p>'.length)).not.toMatch(/[<'`]/);
        expect(markup.match(/"/g)).toHaveLength(2);
    });

    it('takes markup, lists and nothing', () => {
        const rows = [1, 2].map((n) => html`<li>${n}</li>`);
        expect(html`${rows}${false}${null}${undefined}`.text).toBe('<li>1</li><li>2</li>');
    });

    it('refuses what would let a value out of its place', () => {
        expect(() => html`<a title=${'x'}>x</a>`).toThrow('quotes');
        expect(() => html`<p style="${'x'}"></p>`).toThrow('inline');
        expect(() => html`<p onclick="${'x'}"></p>`).toThrow('inline');
    });

    it('lets no link run as a script', () => {
        expect(html`<a href="${'javascript:alert(1)'}">x</a>`.text).toBe('<a href="#">x</a>');
        expect(html`<a href="${' JaVaScript:alert(1)'}">x</a>`.text).toContain('href="#"');
        expect(safeAddress('data:text/html,x')).toBe('#');
        expect(safeAddress('//evil.example')).toBe('#');
        expect(safeAddress('https://t.me/x')).toBe('https://t.me/x');
        expect(safeAddress('/order?order=1')).toBe('/order?order=1');
    });
});
