import { CheckpointHistory, ForkDialog, ReplayBar } from '@fleetglass/react';
import type { ReactElement } from 'react';
import { checkpointed, failing, REPLAY_RUN } from '../../../packages/react/test/fixtures/replay-run.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

type Special = Pick<RecordedProps, 'seq' | 'wrap' | 'dir'>;

const scene =
  (record: () => Recording, part: ReactElement, special: Special = {}): Scene =>
  ({ style, ...rest }) => (
    <Recorded recording={record()} {...rest} {...special} style={{ ...style, padding: 16 }}>
      <div style={{ containerName: 'fg-panel', containerType: 'inline-size' }}>{part}</div>
    </Recorded>
  );

const bar = <ReplayBar runId={REPLAY_RUN} onFork={() => {}} />;
const history = (
  <CheckpointHistory runId={REPLAY_RUN} selectedCheckpointId="planner-2" onOpenRun={() => {}} />
);

/** The bar that replays a run, and its checkpoints. */
export const scenes: Scenes = {
  'replay-live': scene(failing, bar),
  'replay-past': scene(failing, bar, { seq: 90 }),
  'replay-rtl': scene(failing, bar, { seq: 90, dir: 'rtl' }),
  'checkpoints-history': scene(checkpointed, history),
  'checkpoints-unchosen': scene(checkpointed, <CheckpointHistory runId={REPLAY_RUN} />),
  'checkpoints-none': scene(failing, <CheckpointHistory runId="nobody" />),
  'checkpoints-loading': scene(failing, <CheckpointHistory runId={REPLAY_RUN} />, { wrap: neverReady }),
  'checkpoints-fork': scene(checkpointed, <ForkDialog runId={REPLAY_RUN} onClose={() => {}} />),
};
