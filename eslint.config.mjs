import { createRequire } from 'node:module';
import tseslint from 'typescript-eslint';

const layers = createRequire(import.meta.url)('./scripts/layers.cjs');
const restrict = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

/**
 * Rules that need types take most of a minute for the whole tree. `npm run test:fast` names here the files that differ from the main branch, one a
 * line, and asks these rules about no others.
 */
const typed = process.env.HANDOVER_LINT_TYPED?.split('\n');
const withoutTypes = {
  ...tseslint.configs.disableTypeChecked,
  files: ['**/*.ts'],
  ignores: typed,
  languageOptions: { parserOptions: { project: null } },
};

const nodeBuiltins = {
  regex: '^node:|^(fs|path|os|net|http|https|crypto|child_process|dns|tls)$',
  message: 'domain, the contract and workflows run in a sandbox without Node.',
};
const temporal = { regex: '^@temporalio/', message: 'Temporal begins with the activities.' };
const packages = { regex: '^[^.]', message: 'domain and the contract are pure: they import nothing from outside src.' };
/** What a layer may import beside other layers. */
const outside = {
  domain: [packages],
  contract: [packages],
  fields: [temporal],
  ports: [temporal],
  providers: [temporal],
  config: [temporal],
  connect: [temporal],
  workflows: [nodeBuiltins],
};
const layerRules = Object.entries(layers).map(([layer, below]) => {
  const others = Object.keys(layers).filter((each) => each !== layer && !below.includes(each));
  const message = `${layer} imports ${below.length === 0 ? 'no other layer' : `only ${below.join(', ')}`} (scripts/layers.cjs).`;
  const upward = { regex: `^(\\.\\./)+(${others.join('|')}|lab|bench|test)(/|$)`, message };
  return restrict([`src/${layer}/**/*.ts`], [upward, ...(outside[layer] ?? [])]);
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.lab/', '.cache/', 'reports/', 'coverage/', '**/*.mjs', '**/*.js'] },
  {
    files: ['src/**/*.ts', 'lab/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    // One program for the whole run: a project service, made for editors, builds it more than once and takes half as long again.
    languageOptions: { parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'object-shorthand': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 200, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  ...layerRules,
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'performance'],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'domain has no clock.' }],
    },
  },
  {
    files: ['src/workflows/{monitor,transfer,rejoin,drill}.ts'],
    rules: { 'max-lines': ['error', { max: 80 }] },
  },
  restrict(['lab/**/*.ts'], [{ regex: '^(\\.\\./)+(bench|test)/', message: 'the lab imports no bench and no test.' }]),
  restrict(['bench/**/*.ts'], [{ regex: '^(\\.\\./)+test/', message: 'the bench imports no test.' }]),
  restrict(
    ['lab/referee/**/*.ts'],
    [{ regex: '/(src|bench|test)/', message: 'the referee shares no code with the runbook it judges.' }],
  ),
  {
    files: ['src/starters/**/*.ts', 'src/worker.ts', 'src/alarm-receiver.ts', 'lab/**/*.ts', 'bench/**/*.ts'],
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
  ...(typed ? [withoutTypes] : []),
);
