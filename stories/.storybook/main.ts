import type { StorybookConfig } from '@storybook/react-vite';
import { mergeConfig } from 'vite';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';

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
      optimizeDeps: {
        include: ['eventemitter3', 'zod', '@xyflow/react', '@dagrejs/dagre', 'diff', 'marked', 'recharts'],
      },
      resolve: {
        alias: sourceAliases,
      },
    }),
};

export default config;
