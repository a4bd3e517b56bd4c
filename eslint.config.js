import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.{ts,tsx}', '**/*.test-d.ts', 'packages/*/test/**', 'e2e/**', 'examples/*/test/**'];

/** Published entry files: the only ones that may re-export a whole file. */
const entries = [
  'packages/{react,server}/src/index.ts',
  'packages/react/src/{charts,dashboard,graph,reading}.ts',
  'packages/sources/src/*.ts',
  'packages/core/src/{index,client,planner,protocol}.ts',
  'packages/core/src/testing/index.ts',
];

/** Files whose default export a tool asks for. */
const defaultExports = ['**/*.config.{ts,js}', 'vitest.*.ts', '**/.storybook/**', '**/*.stories.tsx'];

const relativeWithoutExtension =
  '[source.value=/^\\.{1,2}(\\u002F|$)/]:not([source.value=/\\.(js|mjs|css|json|svg)(\\?[a-z&]+)?$/])';
const withExtension = 'Write the extension of a relative import: `./file.js`.';

const everywhere = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals instead of an enum.' },
  {
    selector: 'ImportDeclaration[importKind="value"] > ImportSpecifier[importKind="type"]',
    message: 'Import types in an `import type` of their own.',
  },
  { selector: `ImportDeclaration${relativeWithoutExtension}`, message: withExtension },
  { selector: `ExportNamedDeclaration${relativeWithoutExtension}`, message: withExtension },
  { selector: `ExportAllDeclaration${relativeWithoutExtension}`, message: withExtension },
  { selector: `ImportExpression${relativeWithoutExtension}`, message: withExtension },
];
const noDefaultExport = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Export by name.' },
];
const noBarrel = [
  {
    selector: 'ExportAllDeclaration',
    message: 'Only a published entry file re-exports; import the file itself.',
  },
];
const rest = [
  {
    selector: 'ImportDeclaration[source.value=/zod-to-openapi/][importKind="value"]',
    message: 'The generator of the OpenAPI document is loaded when somebody asks for it.',
  },
  {
    selector:
      'CallExpression[callee.property.name=/^(describe|meta)$/] > MemberExpression > CallExpression[callee.property.name=/^(optional|nullable|nullish|default|prefault|readonly)$/]',
    message:
      'Describe a schema before you wrap it, or its name is lost to the OpenAPI document: `count.describe(…).optional()`.',
  },
];
const restrict = (...groups) => ({ 'no-restricted-syntax': ['error', ...groups.flat()] });

const injected = 'Time and randomness come in as arguments: see lib/clock.ts and lib/ids.ts.';
const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'];
const globalNames = ['globalThis', 'window', 'self'];
const noAmbientTime = {
  'no-restricted-globals': [
    'error',
    ...[...timers, 'performance'].map((name) => ({ name, message: injected })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: injected },
    { object: 'Math', property: 'random', message: injected },
    { object: 'crypto', property: 'randomUUID', message: injected },
    { object: 'crypto', property: 'getRandomValues', message: injected },
    ...globalNames.flatMap((object) =>
      [...timers, 'performance', 'crypto'].map((property) => ({ object, property, message: injected })),
    ),
  ],
};
const noNewDate = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: injected },
  { selector: 'CallExpression[callee.name="Date"]', message: injected },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/coverage/**',
      '**/storybook-static/**',
      '**/.tsbuild/**',
      '**/fixtures/**',
      '**/*.css.d.ts',
    ],
  },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...restrict(everywhere, noDefaultExport, noBarrel),
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['packages/react/**/*.{ts,tsx}', 'stories/**/*.tsx', 'examples/*/web/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['packages/*/src/**/*.{ts,tsx}'],
    rules: { 'max-lines': ['error', { max: 350, skipBlankLines: false, skipComments: false }] },
  },
  { files: entries, rules: restrict(everywhere, noDefaultExport) },
  { files: defaultExports, rules: restrict(everywhere, noBarrel) },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['packages/core/src/lib/clock.ts', 'packages/core/src/lib/ids.ts', ...tests],
    rules: { ...noAmbientTime, ...restrict(everywhere, noDefaultExport, noBarrel, noNewDate) },
  },
  {
    files: ['packages/core/src/*.ts', 'packages/core/src/testing/index.ts'],
    rules: restrict(everywhere, noDefaultExport, noNewDate),
  },
  {
    files: ['packages/server/src/rest/*.ts'],
    ignores: tests,
    rules: restrict(everywhere, noDefaultExport, noBarrel, rest),
  },
  {
    files: tests,
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
