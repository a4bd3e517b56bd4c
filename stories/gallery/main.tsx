import { OrchestratorMonitoringPanel } from '@fleetglass/react';
import type { Density, Theme } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import { createRoot } from 'react-dom/client';
import { lostConnection, neverReady, Recorded } from '../fixtures/Recorded.js';
import type { Recording } from '../../packages/react/test/fixtures/recording.js';
import * as runs from '../../packages/react/test/fixtures/runs.js';

/*
 * One panel a page, chosen by the query: `?data=normal&theme=dark&density=compact&seq=100&state=lost`.
 * The screenshots are taken of it.
 */
const query = new URLSearchParams(location.search);
const recordings: { readonly [name: string]: string | (() => Recording) } = runs;
const record = recordings[query.get('data') ?? 'normal'];
const recording = typeof record === 'function' ? record() : runs.normal();
const seq = query.get('seq');
const state = query.get('state');

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <Recorded
      recording={recording}
      seq={seq === null ? undefined : Number(seq)}
      wrap={state === 'lost' ? lostConnection : state === 'loading' ? neverReady : undefined}
      theme={(query.get('theme') ?? 'light') as Theme}
      density={(query.get('density') ?? 'comfortable') as Density}
      dir={query.get('dir') ?? 'ltr'}
      style={{ minHeight: '100vh', background: 'var(--fg-bg)' }}
    >
      <OrchestratorMonitoringPanel />
    </Recorded>,
  );
}
