import { createSimulatedClock } from '@fleetglass/core/testing';
import type { SimulatedClock } from '@fleetglass/core/testing';
import { render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import { act } from 'react';
import type { ReactElement } from 'react';
import {
  AgentActivityTimeline,
  CheckpointHistory,
  ForkDialog,
  MonitorProvider,
  OrchestratorMonitoringPanel,
  StartRunForm,
  TaskDetails,
} from '@fleetglass/react';
import type { MonitorProviderProps } from '@fleetglass/react';
import type { Recording } from './fixtures/recording.js';
import { createFakeMonitor } from './fake-monitor.js';
import type { FakeMonitor } from './fake-monitor.js';

// What a page loads on demand is here before a test begins; `lazy-part.test.tsx` is about the time before that.
const onDemand = [
  AgentActivityTimeline,
  CheckpointHistory,
  ForkDialog,
  OrchestratorMonitoringPanel,
  StartRunForm,
  TaskDetails,
];
await Promise.all(onDemand.map((part) => part.preload()));

export interface Rendered extends RenderResult {
  readonly monitor: FakeMonitor;
  readonly clock: SimulatedClock;
  /** Lets time pass, and React draw what follows from it. */
  readonly advance: (ms: number) => Promise<void>;
}

/** Draws something inside a provider over a recorded run, at the moment at which the recording is looked at. */
export function renderRecording(
  recording: Recording,
  children: ReactElement,
  props: Partial<MonitorProviderProps> = {},
): Rendered {
  const clock = createSimulatedClock(recording.now);
  const monitor = createFakeMonitor(recording.events, { clock });
  const result = render(
    <MonitorProvider monitor={monitor} clock={clock} locale="en" timeZone="UTC" {...props}>
      {children}
    </MonitorProvider>,
  );
  return {
    ...result,
    monitor,
    clock,
    advance: (ms) => act(() => clock.advance(ms)),
  };
}
