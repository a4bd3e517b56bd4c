import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Serves the gallery from the packages' sources. */
export default defineConfig({
  root: at('.'),
  cacheDir: at('../../node_modules/.vite-gallery'),
  plugins: [react()],
  resolve: {
    // A longer name comes before its prefix.
    alias: {
      '@fleetglass/core/client': at('../../packages/core/src/client.ts'),
      '@fleetglass/core/protocol': at('../../packages/core/src/protocol.ts'),
      '@fleetglass/core/testing': at('../../packages/core/src/testing/index.ts'),
      '@fleetglass/core': at('../../packages/core/src/index.ts'),
      '@fleetglass/react/styles.css': at('../../packages/react/src/styles.css'),
      '@fleetglass/react': at('../../packages/react/src/index.ts'),
    },
  },
  // A picture must not be disturbed by someone who edits a file.
  server: { host: '127.0.0.1', hmr: false, watch: null, fs: { allow: [at('../..')] } },
});
