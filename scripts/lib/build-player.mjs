import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { sourceAliases } from './source-aliases.mjs';

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

/** Packages by their sources, so that no build has to come before. */
const sources = {
  name: 'sources',
  setup(build) {
    for (const { find, replacement } of sourceAliases) {
      build.onResolve({ filter: find }, ({ path }) => ({ path: path.replace(find, replacement) }));
    }
  },
};

/** Fills in `@fleetglass/react/player`. */
export async function buildPlayer() {
  const texts = await bundlePlayer().catch(() => undefined);
  if (!texts) return 1;
  const lines = Object.entries(texts).map(
    ([name, text]) => `export const ${name} = ${JSON.stringify(text)};\n`,
  );
  mkdirSync(join(root, 'packages/react/dist'), { recursive: true });
  writeFileSync(join(root, 'packages/react/dist/player.js'), lines.join(''));
  return 0;
}
