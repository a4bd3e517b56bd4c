import {
  Analytics,
  CostBreakdown,
  CostTrend,
  DurationHistogram,
  ModelUsage,
  PeakHours,
  TokenUsage,
} from '@fleetglass/react/charts';
import '@fleetglass/react/charts.css';
import type { ReactElement } from 'react';
import { fleet } from '../../../packages/react/test/fixtures/fleet.js';
import * as runs from '../../../packages/react/test/fixtures/runs.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

type Special = Pick<RecordedProps, 'dir' | 'wrap' | 'density'>;

const chart =
  (record: () => Recording, part: ReactElement, special: Special = {}): Scene =>
  ({ style, ...props }) => (
    <Recorded recording={record()} {...props} {...special} style={{ ...style, padding: 16 }}>
      {part}
    </Recorded>
  );

const few = (
  <div style={{ display: 'grid', gap: 16, maxWidth: 640 }}>
    <CostTrend />
    <ModelUsage />
    <CostBreakdown />
    <TokenUsage />
    <DurationHistogram />
    <PeakHours />
  </div>
);

/** The page of costs and usage over a team's weeks, and single charts over single runs. */
export const scenes: Scenes = {
  'charts-page': chart(fleet, <Analytics onOpenRun={() => {}} />),
  'charts-long': chart(fleet, <Analytics value={{ days: 90 }} />),
  'charts-rtl': chart(fleet, <Analytics value={{ from: '2026-12-01', to: '2026-12-20' }} />, { dir: 'rtl' }),
  'charts-loading': chart(runs.empty, <Analytics />, { wrap: neverReady }),
  'charts-empty': chart(runs.empty, <Analytics />),
  'charts-simulated': chart(runs.normal, few),
  'charts-hostile': chart(runs.hostile, <Analytics />),
};
