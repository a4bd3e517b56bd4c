import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { sourceAliases } from './source-aliases.mjs';

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
    plugins: [sources],
    // CommonJS inside asks for Node's own modules.
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(${JSON.stringify(pathToFileURL(entry).href)});`,
    },
  });
}

/** Packages by their sources; every module finds what lies beside it, and the optional driver, from its own place. */
const sources = {
  name: 'sources',
  setup(build) {
    for (const { find, replacement } of sourceAliases) {
      build.onResolve({ filter: find }, ({ path }) => ({ path: path.replace(find, replacement) }));
    }
    build.onLoad({ filter: /\.m?[jt]s$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = await readFile(path, 'utf8');
      // Spelt so that this line survives when it is bundled itself.
      const contents = text.replaceAll(/import\.meta\.url/g, () => JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
    });
  },
};
