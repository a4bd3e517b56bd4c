import { defineConfig } from 'tsup';

/** One output file per source file. */
export default defineConfig({
  entry: ['src/**/*.ts', '!src/**/*.test.ts'],
  bundle: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  esbuildOptions: (options) => {
    options.outbase = 'src';
  },
});
