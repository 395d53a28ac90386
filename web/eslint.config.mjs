import { fileURLToPath } from 'node:url';

import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['dist/**', '**/dist/**'] },
    {
        files: ['**/*.ts', '**/*.mts'],
        extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
        languageOptions: {
            parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)) },
        },
        rules: {
            'max-lines': ['error', 400],
            'no-console': 'error',
            eqeqeq: 'error',
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
            '@typescript-eslint/no-confusing-void-expression': 'off',
            // element<HTMLDialogElement>(…) says what its markup is, as querySelector does.
            '@typescript-eslint/no-unnecessary-type-parameters': 'off',
            '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
            // Markup is made and put into the page by html.ts alone.
            'no-restricted-properties': [
                'error',
                ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'srcdoc'].map((property) => ({
                    property,
                })),
            ],
        },
    },
    { files: ['src/html.ts', '**/src/html.ts'], rules: { 'no-restricted-properties': 'off' } },
);
