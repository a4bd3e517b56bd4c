import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

/** `scripts/lib/build-player.mjs` writes this file anew: nothing else may be folded into it, nor it into anything. */
const filledIn: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'filled-in',
  setup(build) {
    build.onResolve({ filter: /\/run-document\.js$/ }, () => ({
      path: './cli/run-document.js',
      external: true,
    }));
  },
};

/**
 * Few files: a process that reads each source file by itself starts half a second later. What only some commands need
 * stays in files of its own. `tsc -b` writes the declarations, one for each source file.
 */
export default defineConfig({
  entry: ['src/index.ts', 'src/adapters.ts', 'src/cli.ts', 'src/cli/run-document.ts'],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  esbuildPlugins: [filledIn],
  esbuildOptions: (options) => {
    options.outbase = 'src';
  },
});
