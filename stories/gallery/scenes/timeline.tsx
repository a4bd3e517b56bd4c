import { AgentActivityTimeline } from '@fleetglass/react';
import type { ReactElement } from 'react';
import {
  crowded,
  empty,
  huge,
  HUGE_RUN,
  normal,
  REVIEW_RUN,
  little,
} from '../../../packages/react/test/fixtures/runs.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import {
  odd,
  ODD_RUN,
  SUB_AGENT_RUN,
  subAgents,
  withoutAgents,
} from '../../../packages/react/test/fixtures/sub-agents.js';
import { neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import { Pressed } from '../../fixtures/Pressed.js';
import type { Scene, Scenes } from '../scene.js';

type Special = Pick<RecordedProps, 'wrap' | 'density' | 'dir'>;

const scene =
  (record: () => Recording, part: ReactElement, special: Special = {}): Scene =>
  ({ style, ...props }) => (
    <Recorded recording={record()} {...props} {...special} style={{ ...style, padding: 16 }}>
      {part}
    </Recorded>
  );

const nested = <AgentActivityTimeline runId={SUB_AGENT_RUN} selectedSpanId="b-1" />;
const nestedPressed = (...names: readonly (string | RegExp)[]): ReactElement => (
  <Pressed names={names}>{nested}</Pressed>
);

/** The timeline over each kind of run, and with each of its modes. */
export const scenes: Scenes = {
  'timeline-normal': scene(normal, <AgentActivityTimeline runId={REVIEW_RUN} />),
  'timeline-little': scene(little, <AgentActivityTimeline runId={REVIEW_RUN} />),
  'timeline-subagents': scene(subAgents, nested),
  'timeline-collapsed': scene(subAgents, nestedPressed(/^4 sub/)),
  'timeline-compressed': scene(subAgents, nestedPressed(/Compress$/)),
  'timeline-critical': scene(subAgents, nestedPressed('Critical path')),
  'timeline-heat': scene(subAgents, nestedPressed('Cost heat')),
  'timeline-zoomed': scene(subAgents, nestedPressed('Zoom in', 'Zoom in', 'Zoom in')),
  'timeline-table': scene(subAgents, nestedPressed('Table')),
  'timeline-huge': scene(huge, <AgentActivityTimeline runId={HUGE_RUN} />),
  'timeline-crowded': scene(crowded, <AgentActivityTimeline runId={HUGE_RUN} />),
  'timeline-agentless': scene(withoutAgents, <AgentActivityTimeline runId={SUB_AGENT_RUN} />),
  'timeline-odd': scene(odd, <AgentActivityTimeline runId={ODD_RUN} />),
  'timeline-rtl': scene(subAgents, nested, { dir: 'rtl' }),
  'timeline-empty': scene(empty, <AgentActivityTimeline runId="none" />),
  'timeline-loading': scene(empty, <AgentActivityTimeline runId="none" />, { wrap: neverReady }),
};
