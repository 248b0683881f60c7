import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which project may import which; the tags stand in each package.json under "nx". */
const boundaries = [
  { sourceTag: 'scope:random', onlyDependOnLibsWithTags: ['scope:random'] },
  { sourceTag: 'scope:sde', onlyDependOnLibsWithTags: ['scope:sde', 'scope:random'] },
  { sourceTag: 'scope:attention', onlyDependOnLibsWithTags: ['scope:attention', 'scope:random'] },
  {
    sourceTag: 'scope:harness',
    onlyDependOnLibsWithTags: ['scope:harness', 'scope:attention', 'scope:sde', 'scope:random'],
  },
  { sourceTag: 'scope:workspace', onlyDependOnLibsWithTags: ['*'] },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/coverage/**', '**/generated/**', '.nx/**', '.venv/**', 'runs/**'] },
  // AssemblyScript: another compiler's language, with decorators on functions.
  { ignores: ['packages/sde/src/kernel/assembly/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.ts'],
    // What they take from the root is shared by every project's tests.
    ignores: ['**/vitest.config.ts', '**/src/testing/evidence.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: true, allow: [], depConstraints: boundaries },
      ],
    },
  },
  {
    files: [
      'packages/sde/src/**/*.ts',
      'packages/random/src/**/*.ts',
      'packages/shaped-attention/src/**/*.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'performance', 'Date'],
      'no-restricted-imports': ['error', { patterns: ['node:*', 'fs', 'os', 'path'] }],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/vitest.config.ts', 'vitest.shared.ts'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  prettier,
);
