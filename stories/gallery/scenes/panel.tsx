import { OrchestratorMonitoringPanel } from '@fleetglass/react';
import * as runs from '../../../packages/react/test/fixtures/runs.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { lostConnection, neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

type Special = Pick<RecordedProps, 'seq' | 'wrap' | 'density' | 'dir'>;

const panel =
  (record: () => Recording, special: Special = {}): Scene =>
  (props) => (
    <Recorded recording={record()} {...props} {...special}>
      <OrchestratorMonitoringPanel />
    </Recorded>
  );

const DATA = [
  'little',
  'normal',
  'completed',
  'failed',
  'waiting',
  'overBudget',
  'askingBudget',
  'publishing',
  'hostileDecisions',
  'forked',
  'cancelled',
  'partlyPriced',
  'unpriced',
  'huge',
  'crowded',
  'hostile',
  'empty',
] as const;

/** The panel over each kind of run, and in each state of its own. */
export const scenes: Scenes = {
  ...Object.fromEntries(DATA.map((name) => [`panel-${name}`, panel(runs[name])])),
  'panel-replay': panel(runs.normal, { seq: 120 }),
  'panel-reconnecting': panel(runs.normal, { wrap: lostConnection }),
  'panel-loading': panel(runs.empty, { wrap: neverReady }),
  'panel-rtl': panel(runs.normal, { dir: 'rtl' }),
  'panel-compact': panel(runs.normal, { density: 'compact' }),
};
