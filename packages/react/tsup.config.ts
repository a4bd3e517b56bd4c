import { defineConfig } from 'tsup';

/** One output file per source file; `tsc -b` writes the declarations beside them. */
export default defineConfig({
  entry: ['src/**/*.{ts,tsx}', '!src/**/*.test.{ts,tsx}'],
  bundle: false,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  sourcemap: true,
  esbuildOptions: (options) => {
    options.outbase = 'src';
  },
});
