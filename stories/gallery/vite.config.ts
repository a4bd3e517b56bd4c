import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Serves the gallery from the packages' sources. */
export default defineConfig({
  root: at('.'),
  cacheDir: at('../../node_modules/.vite-gallery'),
  plugins: [react()],
  resolve: {
    alias: sourceAliases,
  },
  // A picture must not be disturbed by someone who edits a file.
  server: { host: '127.0.0.1', hmr: false, watch: null, fs: { allow: [at('../..')] } },
});
