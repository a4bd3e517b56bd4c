import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Bundles a program of this folder with the packages' sources, so that a plain process can run it. */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [at(`${name}.ts`)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    alias: {
      '@fleetglass/core/protocol': at('../../../core/src/protocol.ts'),
      '@fleetglass/core': at('../../../core/src/index.ts'),
    },
    // The bundle lies outside the repository: the optional driver is still found from here.
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  return outfile;
}
