import { defineLabels } from '../../labels/define-labels.js';
import type { SpanKind } from '@fleetglass/core/protocol';

export interface TimelineLabels {
  readonly title: string;
  readonly lanes: (count: string) => string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly agent: string;
  readonly laneSpans: (agent: string, status: string, spans: string) => string;
  readonly kind: { readonly [K in SpanKind]: string };
  readonly failed: string;
  readonly waiting: string;
  readonly running: string;
  readonly legend: string;
  readonly hint: string;
  readonly span: (kind: string, name: string) => string;
  readonly startedAt: (offset: string) => string;
  readonly ran: (duration: string) => string;
  readonly runningFor: (duration: string) => string;
  readonly tokens: (input: string, output: string) => string;
  readonly reused: string;
  readonly status: {
    readonly ok: string;
    readonly error: string;
    readonly cancelled: string;
    readonly running: string;
  };
  readonly squeezed: (count: string) => string;
  readonly forgotten: (count: string) => string;
  readonly now: string;
  readonly place: (index: string, of: string) => string;
}

export const timelineLabels = defineLabels<TimelineLabels>('timeline', {
  title: 'Agent activity',
  lanes: (count) => (count === '1' ? '1 agent' : `${count} agents`),
  empty: 'No agent has joined yet',
  emptyHint: 'A lane appears here for each agent, with what it does over time.',
  agent: 'Agent',
  laneSpans: (agent, status, spans) =>
    `${agent}, ${status}, ${spans} spans. Left and right arrow step through them.`,
  kind: {
    model: 'Model',
    tool: 'Tool',
    retrieval: 'Retrieval',
    handoff: 'Handoff',
    mcp: 'MCP',
    custom: 'Step',
  },
  failed: 'Failed',
  waiting: 'Waiting',
  running: 'Running',
  legend: 'Shapes',
  hint: 'Choose a bar, or step through a lane with the arrow keys, to see what it was.',
  span: (kind, name) => `${kind} ${name}`,
  startedAt: (offset) => `at ${offset}`,
  ran: (duration) => `took ${duration}`,
  runningFor: (duration) => `running for ${duration}`,
  tokens: (input, output) => `${input} → ${output} tokens`,
  reused: 'reused, nothing was paid',
  status: { ok: 'Done', error: 'Failed', cancelled: 'Cancelled', running: 'Running' },
  squeezed: (count) => `${count} overlap in the last row`,
  forgotten: (count) =>
    `The oldest ${count} spans were forgotten to stay within bounds; totals still hold them.`,
  now: 'now',
  place: (index, of) => `${index} of ${of}`,
});
