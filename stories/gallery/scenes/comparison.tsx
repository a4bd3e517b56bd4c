import { RunComparison } from '@fleetglass/react/reading';
import { useState } from 'react';
import type { ReactElement } from 'react';
import * as runs from '../../../packages/react/test/fixtures/compared-runs.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

function Choosing(): ReactElement {
  const [chosen, choose] = useState<{
    readonly runId: string | undefined;
    readonly otherRunId: string | undefined;
  }>({
    runId: runs.FIRST_RUN,
    otherRunId: runs.SECOND_RUN,
  });
  return <RunComparison {...chosen} onChangeRuns={choose} />;
}

const scene =
  (record: () => Recording, special: Pick<RecordedProps, 'wrap' | 'dir'> = {}, part = <Choosing />): Scene =>
  ({ style, ...rest }) => (
    <Recorded recording={record()} {...rest} {...special} style={{ ...style, padding: 16 }}>
      {part}
    </Recorded>
  );

/** Two runs side by side. */
export const scenes: Scenes = {
  'comparison-over': scene(() => runs.compared()),
  'comparison-live': scene(runs.comparedLive),
  'comparison-unpriced': scene(runs.comparedUnpriced),
  'comparison-huge': scene(runs.comparedHuge),
  'comparison-rtl': scene(() => runs.compared(), { dir: 'rtl' }),
  'comparison-loading': scene(() => runs.compared(), { wrap: neverReady }),
  'comparison-missing': scene(
    () => runs.compared(),
    {},
    <RunComparison runId={runs.FIRST_RUN} otherRunId="nobody" />,
  ),
};
