import { createSimulatedClock } from '@fleetglass/core/testing';
import { MonitorProvider, OrchestratorMonitoringPanel, useRun } from '@fleetglass/react';
import { act, StrictMode, Suspense, version } from 'react';
import type { ReactElement } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFakeMonitor } from '../fake-monitor.js';
import type { FakeMonitor } from '../fake-monitor.js';
import * as runs from '../fixtures/runs.js';

/*
 * Without a testing library, which would bring a React of its own: these tests run with each React that is supported.
 */
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const recording = runs.normal();
let place: HTMLElement;

beforeEach(() => {
  place = document.createElement('div');
  document.body.append(place);
});

afterEach(() => {
  place.remove();
  vi.restoreAllMocks();
});

function setUp(): {
  readonly monitor: FakeMonitor;
  readonly page: (children: ReactElement) => ReactElement;
} {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  return {
    monitor,
    page: (children) => (
      <MonitorProvider monitor={monitor} clock={clock} locale="en" timeZone="UTC">
        {children}
      </MonitorProvider>
    ),
  };
}

it('runs with the React that it is meant to run with', () => {
  expect(version.split('.')[0]).toBe(process.env['REACT']);
});

it('keeps one subscription in StrictMode, and none afterwards', async () => {
  const { monitor, page } = setUp();
  const root = createRoot(place);
  await act(async () => root.render(<StrictMode>{page(<OrchestratorMonitoringPanel />)}</StrictMode>));
  expect(monitor.subscriptions).toEqual({ active: 1, made: 1 });
  await act(async () => root.unmount());
  expect(monitor.subscriptions.active).toBe(0);
});

it('takes over a page that a server rendered, without a mismatch', async () => {
  place.innerHTML = renderToString(setUp().page(<OrchestratorMonitoringPanel />));
  const mismatches: unknown[] = [];
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const hydrated = await act(async () =>
    hydrateRoot(place, setUp().page(<OrchestratorMonitoringPanel />), {
      onRecoverableError: (error) => mismatches.push(error),
    }),
  );
  expect(mismatches).toEqual([]);
  expect(complaints).not.toHaveBeenCalled();
  expect(place.textContent).toContain('Repository review');
  await act(async () => hydrated.unmount());
});

it('lets a part suspend without losing the others', async () => {
  let arrive = (): void => {};
  let arrived = false;
  const loading = new Promise<void>((resolve) => {
    arrive = () => {
      arrived = true;
      resolve();
    };
  });
  function Name(): ReactElement {
    const run = useRun(runs.REVIEW_RUN);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- how React 18 is told to wait
    if (!arrived) throw loading;
    return <p>{run?.name} is here</p>;
  }
  const { page, monitor } = setUp();
  const root = createRoot(place);
  await act(async () =>
    root.render(
      page(
        <>
          <OrchestratorMonitoringPanel />
          <Suspense fallback={<p>on its way</p>}>
            <Name />
          </Suspense>
        </>,
      ),
    ),
  );
  expect(place.textContent).toContain('on its way');
  expect(place.textContent).toContain('REVIEWER');
  await act(async () => arrive());
  expect(place.textContent).toContain('Repository review is here');
  expect(monitor.subscriptions.active).toBe(1);
  await act(async () => root.unmount());
});
