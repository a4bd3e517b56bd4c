import { AgentCard, AgentTable, RunAgainButton, RunTable, StartRunForm } from '@fleetglass/react';
import type { ReactElement } from 'react';
import { fleet } from '../../../packages/react/test/fixtures/fleet.js';
import * as runs from '../../../packages/react/test/fixtures/runs.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { neverReady, Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

type Special = Pick<RecordedProps, 'wrap' | 'density' | 'dir'>;

const page =
  (record: () => Recording, part: ReactElement, special: Special = {}): Scene =>
  (props) => (
    <Recorded recording={record()} {...props} {...special}>
      <div style={{ padding: 16 }}>{part}</div>
    </Recorded>
  );

const openable = { onOpenRun: () => {} };
const agents = ['ANALYST', 'PLANNER', 'REVIEWER', 'EDITOR', 'ARCHIVIST'];
const cards = (runId: string, ids: readonly string[]): ReactElement => (
  <div
    style={{
      display: 'grid',
      gap: 12,
      gridTemplateColumns: 'repeat(auto-fill, minmax(min(320px, 100%), 1fr))',
    }}
  >
    {ids.map((id) => (
      <AgentCard key={id} runId={runId} agentId={id} />
    ))}
  </div>
);
const startable = [
  {
    name: 'review',
    inputSchema: {
      type: 'object',
      required: ['goal', 'files', 'depth'],
      properties: {
        goal: { type: 'string', minLength: 3, description: 'What the agents should reach, in a sentence.' },
        depth: { enum: ['quick', 'normal', 'thorough'], default: 'normal' },
        rounds: {
          type: 'integer',
          minimum: 1,
          maximum: 9,
          default: 3,
          description: 'How often they may try.',
        },
        files: { type: 'array', items: { type: 'string' }, minItems: 1 },
        publish: { type: 'boolean' },
        owner: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, team: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
        },
        more: { type: 'object', additionalProperties: {}, description: 'Anything else.' },
      },
    },
  },
  { name: 'summarise' },
];
const ROLES = ['ANALYST', 'PLANNER', 'CODER', 'REVIEWER'];

/** Agents and runs as tables and cards. */
export const scenes: Scenes = {
  'agents-run': page(
    runs.normal,
    <AgentTable runId={runs.REVIEW_RUN} selectedAgentId="REVIEWER" onSelectAgent={() => {}} />,
  ),
  'agents-fleet': page(fleet, <AgentTable {...openable} onSelectAgent={() => {}} />),
  'agents-crowded': page(runs.crowded, <AgentTable runId={runs.HUGE_RUN} onSelectAgent={() => {}} />),
  'agents-hostile': page(runs.hostile, <AgentTable />),
  'agents-empty': page(runs.empty, <AgentTable />),
  'agent-cards': page(runs.normal, cards(runs.REVIEW_RUN, agents)),
  'agent-cards-fleet': page(fleet, cards('run-038', ROLES)),
  'runs-fleet': page(fleet, <RunTable {...openable} selectedRunId="run-037" />),
  'runs-search': page(
    fleet,
    <RunTable {...openable} query={{ text: 'tests rev', filters: { status: ['failed'] } }} />,
  ),
  'runs-none': page(fleet, <RunTable query={{ text: 'nowhere to be found' }} />),
  'runs-hostile': page(runs.hostile, <RunTable {...openable} />),
  'runs-empty': page(runs.empty, <RunTable />),
  'runs-loading': page(runs.empty, <RunTable />, { wrap: neverReady }),
  'runs-rtl': page(fleet, <RunTable {...openable} />, { dir: 'rtl' }),
  'runs-compact': page(fleet, <RunTable {...openable} />, { density: 'compact' }),
  'start-form': page(
    fleet,
    <div className="fg-card" style={{ maxWidth: 560 }}>
      <StartRunForm startable={startable} />
    </div>,
  ),
  'run-again': page(fleet, <RunAgainButton runId="run-003" />),
};
