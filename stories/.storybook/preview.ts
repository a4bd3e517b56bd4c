import type { Preview } from '@storybook/react-vite';
import { configure } from 'storybook/test';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import { checkEveryTheme } from './every-theme.js';

// Generous: a machine that is busy with other work is slow, not wrong.
configure({ asyncUtilTimeout: 20_000 });

const preview: Preview = {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    options: { storySort: { order: ['Guide', ['Start', 'Live runs'], '*'] } },
  },
  // Only in a test: a person who looks at a story is not to see it change its theme.
  afterEach: ({ canvasElement }) =>
    '__vitest_worker__' in globalThis ? checkEveryTheme(canvasElement) : undefined,
};

export default preview;
