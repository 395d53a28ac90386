import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Plugin } from 'vite';

import { networkMarks, signs } from './icons.mts';

const request = 'virtual:icon-sprite';
const packages = createRequire(import.meta.url);

function folderOf(name: string): string {
    return dirname(packages.resolve(`${name}/package.json`));
}

function symbol(id: string, file: string): string {
    const svg = readFileSync(file, 'utf8');
    const box = /viewBox="([^"]+)"/.exec(svg)?.[1];
    const drawing = /<svg[^>]*>(.*)<\/svg>/s
        .exec(svg)?.[1]
        ?.replace(/<!--.*?-->/gs, '')
        .trim();
    if (!box || !drawing) throw new Error(`${file} is not an icon`);
    return `<symbol id="${id}" viewBox="${box}">${drawing}</symbol>`;
}

export function sprite(): string {
    const ui = join(folderOf('bootstrap-icons'), 'icons');
    const brands = join(folderOf('@fortawesome/fontawesome-free'), 'svgs', 'brands');
    const symbols = [
        ...signs.map((name) => symbol(name, join(ui, `${name}.svg`))),
        ...networkMarks.map((name) => symbol(`net-${name}`, join(brands, `${name}.svg`))),
    ];
    return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

/** One SVG with the icons that icons.mts names, and nothing else of the two icon packages. */
export function iconSprite(): Plugin {
    let building = false;
    return {
        name: 'icon-sprite',
        configResolved(config) {
            building = config.command === 'build';
        },
        resolveId(id) {
            return id === request ? `\0${request}` : undefined;
        },
        load(id) {
            if (id !== `\0${request}`) return undefined;
            if (!building) return 'export default "/icon-sprite.svg"';
            const file = this.emitFile({ type: 'asset', name: 'icons.svg', source: sprite() });
            return `export default import.meta.ROLLUP_FILE_URL_${file}`;
        },
        configureServer(server) {
            server.middlewares.use('/icon-sprite.svg', (_request, response) => {
                response.setHeader('Content-Type', 'image/svg+xml');
                response.end(sprite());
            });
        },
    };
}
