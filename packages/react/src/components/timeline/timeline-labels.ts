import { defineLabels } from '../../labels/define-labels.js';
import type { SpanKind } from '@fleetglass/core/protocol';

export interface TimelineLabels {
  readonly title: string;
  readonly lanes: (agents: string, spans: string) => string;
  readonly visible: (from: string, to: string) => string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly agent: string;
  /** Name of the lane of spans that no known agent did. */
  readonly noAgent: string;
  readonly noAgentHint: string;
  readonly wholeRun: string;
  readonly laneSpans: (agent: string, status: string, spans: string) => string;
  readonly summary: (agents: string, spans: string, failed: string, duration: string) => string;
  readonly kind: { readonly [K in SpanKind]: string };
  readonly failed: string;
  readonly cancelled: string;
  readonly waiting: string;
  readonly running: string;
  readonly legend: string;
  readonly hint: string;
  readonly span: (kind: string, name: string) => string;
  readonly bar: (name: string, duration: string) => string;
  readonly startedAt: (offset: string) => string;
  readonly startedBefore: (offset: string) => string;
  readonly ran: (duration: string) => string;
  readonly runningFor: (duration: string) => string;
  readonly endsBeforeStart: string;
  readonly tokens: (input: string, output: string) => string;
  readonly totalTokens: (count: string) => string;
  readonly share: (percent: string) => string;
  readonly onPath: string;
  readonly reused: string;
  readonly status: {
    readonly ok: string;
    readonly error: string;
    readonly cancelled: string;
    readonly running: string;
  };
  readonly squeezed: (count: string) => string;
  readonly forgotten: (count: string) => string;
  readonly earlier: (count: string) => string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly criticalPath: string;
  readonly costHeat: string;
  readonly table: string;
  readonly pathIs: (spans: string, active: string, total: string) => string;
  readonly heatIs: (most: string) => string;
  readonly heatNothing: string;
  readonly low: string;
  readonly half: string;
  readonly most: string;
  readonly unpriced: string;
  readonly minimap: string;
  readonly window: (from: string, to: string, total: string) => string;
  readonly idle: (duration: string, share: string) => string;
  readonly compress: (gap: string) => string;
  readonly compressShort: string;
  readonly expand: (gap: string) => string;
  readonly subAgents: (count: string) => string;
  readonly collapse: (block: string) => string;
  readonly open: (block: string) => string;
  readonly columns: {
    readonly start: string;
    readonly agent: string;
    readonly kind: string;
    readonly name: string;
    readonly status: string;
    readonly duration: string;
    readonly tokens: string;
    readonly cost: string;
  };
}

export const timelineLabels = defineLabels<TimelineLabels>('timeline', {
  title: 'Agent activity',
  lanes: (agents, spans) =>
    `${agents === '1' ? '1 agent' : `${agents} agents`}, ${spans === '1' ? '1 span' : `${spans} spans`}`,
  visible: (from, to) => `${from} to ${to}`,
  empty: 'No agent has joined yet',
  emptyHint: 'A lane appears here for each agent, with what it does over time.',
  agent: 'Agent',
  noAgent: 'No agent',
  noAgentHint: 'Spans of no known agent',
  wholeRun: 'Whole run',
  laneSpans: (agent, status, spans) =>
    `${agent}, ${status}, ${spans} spans. Left and right arrow step through them.`,
  summary: (agents, spans, failed, duration) =>
    `Agents: ${agents}, spans: ${spans}, failed: ${failed}, in ${duration}. All spans are also there as a table.`,
  kind: {
    model: 'Model',
    tool: 'Tool',
    retrieval: 'Retrieval',
    handoff: 'Handoff',
    mcp: 'MCP',
    custom: 'Step',
  },
  failed: 'Failed',
  cancelled: 'Cancelled',
  waiting: 'Waiting',
  running: 'Running',
  legend: 'Shapes',
  hint: 'Choose a bar, or step through a lane with the arrow keys. Ctrl and the wheel zoom; a double click fits a bar.',
  span: (kind, name) => `${kind} ${name}`,
  bar: (name, duration) => `${name} · ${duration}`,
  startedAt: (offset) => `at ${offset}`,
  startedBefore: (offset) => `began ${offset} before the run`,
  ran: (duration) => `took ${duration}`,
  runningFor: (duration) => `running for ${duration}`,
  endsBeforeStart: 'ends before it starts: clocks differ',
  tokens: (input, output) => `${input} → ${output} tokens`,
  totalTokens: (count) => `${count} tokens`,
  share: (percent) => `${percent} of the most expensive span`,
  onPath: 'on the critical path',
  reused: 'reused, nothing was paid',
  status: { ok: 'Done', error: 'Failed', cancelled: 'Cancelled', running: 'Running' },
  squeezed: (count) => `${count} overlap in the last row`,
  forgotten: (count) =>
    `The oldest ${count} spans were forgotten to stay within bounds; totals still hold them.`,
  earlier: (count) =>
    count === '1'
      ? '1 agent has work from before the run; it is cut off at the start.'
      : `${count} agents have work from before the run; it is cut off at the start.`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show the whole run',
  criticalPath: 'Critical path',
  costHeat: 'Cost heat',
  table: 'Table',
  pathIs: (spans, active, total) =>
    `Critical path: ${spans} spans determined the end, at work for ${active} of ${total}. Everything else is dimmed.`,
  heatIs: (most) => `Colour is a span’s share of the most expensive one, ${most}.`,
  heatNothing: 'No span has a known cost yet.',
  low: 'Below 50%',
  half: 'From 50%',
  most: 'From 75%',
  unpriced: 'Cost unknown',
  minimap: 'Part of the run that is shown',
  window: (from, to, total) => `${from} to ${to} of ${total}`,
  idle: (duration, share) => `${duration}, ${share} idle`,
  compress: (gap) => `${gap}. Compress`,
  compressShort: 'compress?',
  expand: (gap) => `${gap}, compressed. Expand`,
  subAgents: (count) => (count === '1' ? '1 sub-agent' : `${count} sub-agents`),
  collapse: (block) => `Collapse ${block}`,
  open: (block) => `Open ${block}`,
  columns: {
    start: 'Start',
    agent: 'Agent',
    kind: 'Kind',
    name: 'Name',
    status: 'Status',
    duration: 'Duration',
    tokens: 'Tokens',
    cost: 'Cost',
  },
});
