import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSources } from '../../../../scripts/lib/bundle-sources.mjs';

/**
 * Bundles a program with the packages' sources, so that a plain process can run it.
 *
 * @param name path of the program, relative to this folder, without its ending
 */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(name)}.mjs`);
  await bundleSources(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), outfile);
  return outfile;
}
