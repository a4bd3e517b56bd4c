import { createMonitor, webSocket } from '@fleetglass/core/client';
import type { Monitor, Transport } from '@fleetglass/core/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import { App } from './App.js';
import './page.css';

declare global {
  interface Window {
    /** For a look from the browser's console, and for tests. */
    fleetglass?: { readonly monitor: Monitor; readonly transport: Transport };
  }
}

const transport = webSocket({ url: `${location.origin}/api/v1/live` });
const monitor = createMonitor({ transport });
window.fleetglass = { monitor, transport };

const container = document.getElementById('root');
if (container) {
  createRoot(container).render(
    <StrictMode>
      <App monitor={monitor} />
    </StrictMode>,
  );
}
