import { defineConfig } from 'vite';

import { iconSprite } from './icon-sprite.mts';

// The program serves the files of dist/ as they are, under a policy that allows nothing inline: no data: fonts, no preload script.
export default defineConfig({
    plugins: [iconSprite()],
    build: {
        target: 'es2022',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        rollupOptions: { input: { index: 'web/index.html', docs: 'web/api-docs.html' } },
    },
    server: {
        host: '127.0.0.1',
        proxy: { '/api': 'http://127.0.0.1:8080' },
    },
});
