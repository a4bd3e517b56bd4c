import type { Preview } from '@storybook/react-vite';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import { checkEveryTheme } from './every-theme.js';

const preview: Preview = {
  tags: ['autodocs'],
  parameters: { a11y: { test: 'error' } },
  // Only in a test: a person who looks at a story is not to see it change its theme.
  afterEach: ({ canvasElement }) =>
    '__vitest_worker__' in globalThis ? checkEveryTheme(canvasElement) : undefined,
};

export default preview;
