import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, installedChromium } from './scripts/lib/find-chromium.mjs';
import { sourceAliases as alias } from './scripts/lib/source-aliases.mjs';
import { guidePlugin } from './docs/test/guide-code.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Generous: a machine that is busy with other work is slow, not wrong. */
const TEST_TIMEOUT_MS = 60_000;

const node = (
  name: string,
  include: string[],
  test: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration => ({
  resolve: { alias },
  test: { name, environment: 'node', include, testTimeout: TEST_TIMEOUT_MS, ...test },
});

/** Tests of the React package in jsdom. */
async function reactProject(): Promise<TestProjectInlineConfiguration> {
  const { default: react } = await import('@vitejs/plugin-react');
  return {
    plugins: [react()],
    resolve: { alias },
    test: {
      name: 'react',
      env: { REACT: '19' },
      environment: 'jsdom',
      testTimeout: TEST_TIMEOUT_MS,
      setupFiles: [at('packages/react/test/setup.ts')],
      include: ['packages/react/{src,test}/**/*.test.{ts,tsx}'],
    },
  };
}

/** The same components with the oldest React that they support. */
async function react18Project(): Promise<TestProjectInlineConfiguration> {
  const { default: react } = await import('@vitejs/plugin-react');
  const oldest = (name: string) => ({
    find: new RegExp(`^${name}(/.*)?$`),
    replacement: `${at('e2e/react-18/node_modules')}/${name}$1`,
  });
  return {
    plugins: [react()],
    resolve: { alias: [...alias, oldest('react'), oldest('react-dom')] },
    test: {
      name: 'react-18',
      env: { REACT: '18' },
      environment: 'jsdom',
      testTimeout: TEST_TIMEOUT_MS,
      setupFiles: [at('packages/react/test/setup.ts')],
      include: ['packages/react/test/hosts/*.test.tsx'],
      // What comes from node_modules is otherwise loaded as it is, with its own React.
      server: { deps: { inline: [/testing-library/] } },
    },
  };
}

/** Every story is a test: it renders in Chromium, plays, and is checked by axe. */
async function storybookProject(): Promise<TestProjectInlineConfiguration | undefined> {
  const [{ chromium }, { playwright }, { storybookTest }] = await Promise.all([
    import('playwright'),
    import('@vitest/browser-playwright'),
    import('@storybook/addon-vitest/vitest-plugin'),
  ]);
  const executablePath = installedChromium(chromium.executablePath());
  if (!executablePath) {
    const message =
      'No Chromium found: the storybook tests cannot run. Set CHROMIUM_PATH or run `npx playwright install chromium`.';
    if (process.env.CI) throw new Error(message);
    console.warn(`\n${message}\n`);
    return undefined;
  }
  return {
    plugins: [storybookTest({ configDir: at('stories/.storybook') })],
    test: {
      name: 'storybook',
      testTimeout: TEST_TIMEOUT_MS,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            executablePath,
            args: chromiumFlags,
          },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  };
}

/** Types that a user relies on, checked by the compiler. */
const types: TestProjectInlineConfiguration = {
  resolve: { alias },
  test: {
    name: 'types',
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      include: ['packages/*/test/**/*.test-d.ts'],
      tsconfig: at('tsconfig.types.json'),
    },
  },
};

/** Whether `--project` asks for this one; loading Storybook's plugin takes seconds that other projects need not pay. */
function isAskedFor(project: string): boolean {
  const names = process.argv.flatMap((argument, index) => {
    if (argument.startsWith('--project=')) return [argument.slice('--project='.length)];
    return argument === '--project' ? [process.argv[index + 1] ?? ''] : [];
  });
  // A pattern or a negation may mean any project.
  return names.length === 0 || names.some((name) => name === project || /[*!]/.test(name));
}

const lazy = await Promise.all([
  isAskedFor('react') ? reactProject() : undefined,
  isAskedFor('react-18') ? react18Project() : undefined,
  isAskedFor('storybook') ? storybookProject() : undefined,
]);

export default defineConfig({
  test: {
    // All of them: by default one is left to an editor.
    maxWorkers: availableParallelism(),
    projects: [
      node('core', ['packages/core/{src,test}/**/*.test.ts']),
      node('sources', ['packages/sources/{src,test}/**/*.test.ts']),
      node('server', ['packages/server/{src,test}/**/*.test.ts']),
      node('examples', ['examples/*/{src,test}/**/*.test.ts'], { exclude: ['**/*.e2e.test.ts'] }),
      node('bench', ['bench/**/*.test.ts']),
      { plugins: [guidePlugin()], ...node('docs', ['docs/test/*.test.ts']) },
      node('e2e', ['e2e/**/*.e2e.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
        // A browser and its servers have the machine to themselves.
        sequence: { groupOrder: 1 },
      }),
      types,
      ...lazy.filter((project) => project !== undefined),
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}', '**/*.d.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 80, statements: 80, functions: 80, branches: 80 },
    },
  },
});
