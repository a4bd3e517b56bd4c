import { defineConfig } from 'tsup';

/**
 * One output file per source file, of which a bundler takes what a page needs; for Node a few files, as reading each
 * one by itself would cost a process its first moments. `tsc -b` writes the declarations.
 */
export default defineConfig([
  {
    entry: ['src/**/*.ts', '!src/**/*.test.ts'],
    bundle: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    esbuildOptions: (options) => {
      options.outbase = 'src';
    },
  },
  {
    entry: ['src/index.ts', 'src/client.ts', 'src/protocol.ts', 'src/planner.ts', 'src/testing/index.ts'],
    outDir: 'dist/node',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    esbuildOptions: (options) => {
      options.outbase = 'src';
      // The sources stand in the maps of the files beside them.
      options.sourcesContent = false;
    },
  },
]);
