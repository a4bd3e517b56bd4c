import { defineConfig } from 'tsup';

/**
 * Few files: a process that reads each source file by itself starts half a second later. What only some programs need
 * stays in files of its own. The command line is built by `scripts/lib/build-cli.mjs`, the declarations by `tsc -b`.
 */
export default defineConfig({
  entry: ['src/index.ts', 'src/adapters.ts'],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  esbuildOptions: (options) => {
    options.outbase = 'src';
  },
});
