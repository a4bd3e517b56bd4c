import { createMonitor, webSocket } from '@fleetglass/core/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import { Dashboard } from './Dashboard.js';
import './page.css';

const monitor = createMonitor({
  transport: webSocket({ url: new URL('./api/v1/live', location.href).href }),
});

const container = document.getElementById('root');
if (container) {
  createRoot(container).render(
    <StrictMode>
      <Dashboard monitor={monitor} />
    </StrictMode>,
  );
}
