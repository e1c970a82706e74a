import tseslint from 'typescript-eslint';

const nodeBuiltins = '^node:|^(fs|path|os|net|http|https|crypto|child_process|dns|tls)$';
const layer = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.lab/', '.cache/', 'reports/', 'coverage/', '**/*.mjs', '**/*.js'] },
  {
    files: ['src/**/*.ts', 'lab/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'object-shorthand': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 200, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  // The layers import one way: config, domain <- providers <- activities <- worker. The schema of the site file is
  // made of the options of all kinds, so config knows their lists too.
  layer(
    ['src/domain/**/*.ts'],
    [{ regex: '^(?!\\./)', message: 'domain is pure: it imports nothing but its siblings.' }],
  ),
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'performance'],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'domain has no clock.' }],
    },
  },
  layer(
    ['src/workflows/**/*.ts'],
    [
      {
        regex: '(activities|providers|config|starters)/',
        allowTypeImports: true,
        message: 'workflows import only types of these.',
      },
      { regex: nodeBuiltins, message: 'workflow code runs in a sandbox without Node.' },
    ],
  ),
  {
    files: ['src/workflows/{monitor,transfer,rejoin,drill}.ts'],
    rules: { 'max-lines': ['error', { max: 80 }] },
  },
  layer(
    ['src/config/**/*.ts'],
    [{ regex: '@temporalio/|(activities|workflows|starters)/', message: 'config knows no Temporal.' }],
  ),
  layer(
    ['src/providers/**/*.ts'],
    [
      {
        regex: '@temporalio/|(activities|workflows|starters)/',
        message: 'providers know a vendor, never Temporal or failover.',
      },
    ],
  ),
  layer(
    ['lab/referee/**/*.ts'],
    [{ regex: '/src/', message: 'the referee shares no code with the runbook it judges.' }],
  ),
  {
    files: ['src/starters/**/*.ts', 'src/worker.ts', 'lab/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
