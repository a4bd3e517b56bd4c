import { defineConfig } from 'tsup';

/** One output file per source file; `tsc -b` writes the declarations beside them. */
export default defineConfig({
  entry: ['src/**/*.ts', '!src/**/*.test.ts'],
  bundle: false,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  esbuildOptions: (options) => {
    options.outbase = 'src';
  },
});
