import type { Preview } from '@storybook/react-vite';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';

const preview: Preview = {
  tags: ['autodocs'],
  parameters: { a11y: { test: 'error' } },
};

export default preview;
