import type { StorybookConfig } from '@storybook/react-vite';
import { mergeConfig } from 'vite';
import { bundlePlayer } from '../../scripts/lib/build-player.mjs';
import { sourceAliases } from '../../scripts/lib/source-aliases.mjs';

/** What the build of the packages fills in: the player of exported files, from their sources. */
const player = {
  name: 'player',
  async load(id: string) {
    if (!id.endsWith('/packages/react/src/player.ts')) return undefined;
    const { script, styles } = await bundlePlayer();
    return `export const script = ${JSON.stringify(script)};\nexport const styles = ${JSON.stringify(styles)};`;
  },
};

const config: StorybookConfig = {
  stories: ['../guide/*.mdx', '../**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  framework: { name: '@storybook/react-vite', options: {} },
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  typescript: { reactDocgen: 'react-docgen-typescript' },
  viteFinal: (base) =>
    mergeConfig(base, {
      plugins: [player],
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
        include: ['eventemitter3', 'zod', '@xyflow/react', 'diff', '@fleetglass/react > marked', 'recharts'],
      },
      resolve: {
        alias: sourceAliases,
      },
    }),
};

export default config;
