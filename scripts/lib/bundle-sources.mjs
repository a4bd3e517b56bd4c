import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { sources } from './sources-plugin.mjs';

/**
 * Bundles a program with the packages' sources, so that a plain process can run it from wherever it lies.
 *
 * @param {string} entry
 * @param {string} outfile
 */
export async function bundleSources(entry, outfile) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    logLevel: 'error',
    external: ['esbuild'],
    plugins: [sources, ownPlace],
    // CommonJS inside asks for Node's own modules.
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(${JSON.stringify(pathToFileURL(entry).href)});`,
    },
  });
}

/** Every module finds what lies beside it, and the optional driver, from its own place. */
const ownPlace = {
  name: 'own-place',
  setup(build) {
    build.onLoad({ filter: /\.m?[jt]s$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = await readFile(path, 'utf8');
      // Spelt so that this line survives when it is bundled itself.
      const contents = text.replaceAll(/import\.meta\.url/g, () => JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
    });
  },
};
