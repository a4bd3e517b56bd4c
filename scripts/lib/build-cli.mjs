import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { sources } from './sources-plugin.mjs';

const folder = join(root, 'packages/server');
const NOTICES = 'dist/cli/third-party-notices.txt';

/**
 * The command line with all that it imports inside: a program that reads its 150 modules one by one starts a fifth of a
 * second later. What only some commands need stays in files of its own; the addon of SQLite, a native one, stays outside.
 */
export async function buildCli() {
  const { build } = await import('esbuild');
  const built = await build({
    absWorkingDir: folder,
    entryPoints: ['src/cli.ts'],
    outdir: 'dist',
    chunkNames: 'cli/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['module'],
    legalComments: 'none',
    metafile: true,
    external: ['./run-document.js'],
    // CommonJS inside asks for Node's own modules.
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
    },
    plugins: [sources, englishOnly],
    logLevel: 'warning',
  }).catch(() => undefined);
  if (!built) return 1;
  writeFileSync(join(folder, NOTICES), notices(Object.keys(built.metafile.inputs)));
  return 0;
}

/** Zod's messages in forty other languages are a third of it, and none of them is asked for. */
const englishOnly = {
  name: 'english-only',
  setup(build) {
    build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

/**
 * The licences of the packages inside, as most of them ask for.
 *
 * @param {string[]} inputs relative to the package's folder
 */
function notices(inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const texts = [...packages].map((path) => {
    const at = join(folder, path);
    const { name, version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    const file = readdirSync(at).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? `License: ${license}` : readFileSync(join(at, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return texts.toSorted().join(`\n${'-'.repeat(80)}\n\n`);
}
