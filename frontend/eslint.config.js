import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = readdirSync(`${import.meta.dirname}/src/features`);

// Imports point one way: lib, components, clinic, features, app. A feature never imports another feature.
const zone = (folder, ...forbidden) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: forbidden.map((name) => ({ group: [`@/${name}`, `@/${name}/**`, `**/../${name}/**`] })) },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'e2e/.out'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  hooks.configs.flat['recommended-latest'],
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['public/**/*.js'],
    languageOptions: { globals: { document: 'readonly', localStorage: 'readonly', matchMedia: 'readonly' } },
  },
  { files: ['e2e/**/*.ts', 'build/**/*.ts'], rules: { 'no-console': 'off' } },
  zone('lib', 'components', 'clinic', 'features', 'app'),
  zone('components', 'clinic', 'features', 'app'),
  zone('clinic', 'features', 'app'),
  ...features.map((own) =>
    zone(
      `features/${own}`,
      'app',
      ...features.filter((name) => name !== own).map((name) => `features/${name}`),
    ),
  ),
);
