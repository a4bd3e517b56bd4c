import { fileURLToPath } from 'node:url';
import type { StorybookConfig } from '@storybook/react-vite';
import { mergeConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const config: StorybookConfig = {
  stories: ['../**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  framework: { name: '@storybook/react-vite', options: {} },
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  typescript: { reactDocgen: 'react-docgen-typescript' },
  viteFinal: (base) =>
    mergeConfig(base, {
      build: {
        rolldownOptions: {
          // "use client" only matters to server components; dropping it is fine here.
          onLog: (level: string, log: { code?: string }, next: (level: string, log: unknown) => void) => {
            if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log);
          },
        },
      },
      // Named here, because a dependency that is found while tests run reloads the page under them.
      optimizeDeps: { include: ['eventemitter3', 'zod'] },
      resolve: {
        // Stories read the packages' sources. A longer name comes before its prefix.
        alias: {
          '@fleetglass/core/client': at('../../packages/core/src/client.ts'),
          '@fleetglass/core/protocol': at('../../packages/core/src/protocol.ts'),
          '@fleetglass/core/testing': at('../../packages/core/src/testing/index.ts'),
          '@fleetglass/core': at('../../packages/core/src/index.ts'),
          '@fleetglass/react/styles.css': at('../../packages/react/src/styles.css'),
          '@fleetglass/react': at('../../packages/react/src/index.ts'),
        },
      },
    }),
};

export default config;
