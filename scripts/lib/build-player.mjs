import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';
import { sources } from './sources-plugin.mjs';

const ENTRIES = { script: 'src/player/main.tsx', styles: 'src/player/player.css' };

/** Script and styles of the page that replays an exported run, each one text, from the packages' sources. */
export async function bundlePlayer() {
  const { build } = await import('esbuild');
  const folder = join(root, 'packages/react');
  const texts = await Promise.all(
    Object.entries(ENTRIES).map(async ([name, entry]) => {
      const { outputFiles } = await build({
        absWorkingDir: folder,
        entryPoints: [entry],
        bundle: true,
        minify: true,
        format: 'iife',
        target: 'es2022',
        jsx: 'automatic',
        charset: 'utf8',
        legalComments: 'none',
        write: false,
        define: { 'process.env.NODE_ENV': '"production"' },
        plugins: [sources],
        logLevel: 'warning',
      });
      return [name, outputFiles[0].text];
    }),
  );
  return Object.fromEntries(texts);
}

/** Fills in `@fleetglass/react/player`, and the command line's document of a run, which holds it. */
export async function buildPlayer() {
  const texts = await bundlePlayer().catch(() => undefined);
  if (!texts) return 1;
  const player = Object.entries(texts)
    .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};\n`)
    .join('');
  const runDocument = await bundleRunDocument(player).catch(() => undefined);
  if (runDocument === undefined) return 1;
  write('packages/react/dist/player.js', player);
  write('packages/server/dist/cli/run-document.js', runDocument);
  return 0;
}

/**
 * What writes the document of a run, with nothing left to import.
 *
 * @param {string} player the module `@fleetglass/react/player`
 */
async function bundleRunDocument(player) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: join(root, 'packages/server'),
    entryPoints: ['dashboard/run-document.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    plugins: [builtPlayer(player), sources],
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** @param {string} contents */
const builtPlayer = (contents) => ({
  name: 'built-player',
  setup(build) {
    build.onResolve({ filter: /^@fleetglass\/react\/player$/ }, ({ path }) => ({
      path,
      namespace: 'player',
    }));
    build.onLoad({ filter: /.*/, namespace: 'player' }, () => ({ contents }));
  },
});

/**
 * @param {string} path relative to the root
 * @param {string} text
 */
function write(path, text) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
