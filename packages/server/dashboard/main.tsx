import { fallback, systemClock } from '@fleetglass/core/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import { App } from './App.js';
import { createPageAccess } from './page-access.js';
import { createTokenKeeper } from './token-keeper.js';
import './page.css';

/** Of the page, without what it shows. */
const address = new URL('./', location.href);
const url = new URL('./api/v1/live', address).href;

const access = createPageAccess({
  address: address.href,
  fetch: (path, init) => fetch(path, init),
  keeper: createTokenKeeper(() => sessionStorage, `fleetglass.token ${address.pathname}`),
  clock: systemClock,
  connect: (token) => fallback({ url, ...(token === undefined ? {} : { token }) }),
});

const labels = /^de\b/i.test(navigator.language)
  ? (await import('@fleetglass/react/labels/de')).germanLabels
  : undefined;
if (labels) document.documentElement.lang = 'de';

const container = document.getElementById('root');
if (container) {
  createRoot(container).render(
    <StrictMode>
      <App access={access} labels={labels} />
    </StrictMode>,
  );
}
