import type { Json } from '../lib/json.js';
import type { WorkStatus } from '../model/status.js';
import { isFinal } from '../model/status.js';
import type { FleetEvent } from '../protocol/event.js';
import type { GraphShape } from '../protocol/events/run.js';
import { FEED_ENTRY, note } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { clear } from './fold.js';
import type { Data, Fields } from './guard.js';
import {
  actor,
  amount,
  count,
  each,
  entries,
  failure,
  flag,
  number,
  object,
  oneOf,
  payload,
  put,
  shape,
  take,
  text,
} from './guard.js';
import { createList } from './list.js';
import { EMPTY_SERIES, series } from './series.js';
import type { RunState, TaskState } from './state.js';
import type { Draft, Held } from './table.js';
import { blank } from './table.js';
import { totals, ZERO_TOTALS } from './totals.js';

type WorkField = Exclude<keyof RunState & keyof TaskState, 'id' | 'runId' | 'threadId' | 'name'>;

/** Fields that runs and tasks share. */
export const WORK: Fields<Pick<RunState, WorkField>> = {
  status: oneOf(
    'queued',
    'running',
    'waiting',
    'paused',
    'completed',
    'failed',
    'cancelled',
    'skipped',
    'stopped',
  ),
  reason: text,
  message: text,
  by: actor,
  error: failure,
  statusSince: amount,
  createdAt: amount,
  startedAt: amount,
  endedAt: amount,
  endedSeq: count,
  priority: oneOf('critical', 'high', 'normal', 'low'),
  output: payload,
  totals,
};

const labels = entries(text);
const facts = entries((value) => value as Json | undefined);
const counts = entries(number, 1_000);

/** Names of a run's lists of keys. */
export type RunList = 'agents' | 'tasks' | 'spans' | 'messages';

export const RUN: Fields<Omit<RunState, RunList>> = {
  ...WORK,
  id: text,
  firstSeq: count,
  lastSeq: count,
  threadId: text,
  name: text,
  lastEventAt: amount,
  source: text,
  forkOf: shape({ runId: text, checkpointId: text }),
  labels,
  facts,
  graph: shape<GraphShape>(
    {
      nodes: each(shape<GraphShape['nodes'][number]>({ name: text, agent: text }, 'agent')),
      edges: each(
        shape<GraphShape['edges'][number]>(
          { from: text, to: text, conditional: flag, join: flag },
          'conditional',
          'join',
        ),
      ),
      inputSchema: object,
    },
    'inputSchema',
  ),
  input: payload,
  taskCounts: counts,
  reservedNanoUsd: number,
  spend: series,
  edges: counts,
  checkpoints: each(
    shape<RunState['checkpoints'][number]>(
      { checkpointId: text, version: count, label: text, seq: count, time: amount },
      'label',
    ),
  ),
  feed: each(
    shape(FEED_ENTRY, 'agentId', 'taskId', 'spanId', 'subject', 'detail', 'severity', 'by', 'amounts'),
  ),
  forgotten: shape({ spans: count, messages: count }),
  dropped: counts,
};

const NO_RUN = blank<RunState>(RUN);

export function newRun(id: string, time: number, seq = 0): Draft<RunState> {
  return {
    ...NO_RUN,
    id,
    firstSeq: seq,
    lastSeq: seq,
    name: id,
    status: 'queued',
    statusSince: time,
    createdAt: time,
    lastEventAt: time,
    labels: {},
    agents: createList(),
    tasks: createList(),
    spans: createList(),
    messages: createList(),
    totals: ZERO_TOTALS,
    taskCounts: {},
    reservedNanoUsd: 0,
    spend: EMPTY_SERIES,
    edges: {},
    checkpoints: [],
    feed: [],
    forgotten: { spans: 0, messages: 0 },
    dropped: {},
  };
}

/** The run's row; any event of the `run` family makes it. */
function runOf(fold: Fold, { runId, threadId, time, seq }: FleetEvent): Held<RunState> | undefined {
  if (fold.run || runId === undefined) return fold.run;
  const run = newRun(runId, time, seq);
  put(run, 'threadId', threadId);
  return (fold.run = fold.runs.add('', runId, run));
}

type Work = Draft<Pick<RunState, WorkField | 'name'>>;

const WARNED: ReadonlySet<WorkStatus> = new Set<WorkStatus>(['waiting', 'stopped']);

/** Replaces the status of a run or task and everything that explained the one before; tells the feed. */
export function setStatus(fold: Fold, event: FleetEvent, work: Work, status: WorkStatus, data: Data): void {
  work.status = status;
  work.statusSince = event.time;
  clear(work, 'reason', 'message', 'by', 'error', 'endedAt', 'endedSeq');
  take<Pick<RunState, WorkField>>(work, data, WORK, ['reason', 'message', 'by', 'error', 'output']);
  if (isFinal(status)) {
    work.endedAt = event.time;
    work.endedSeq = event.seq;
  }
  if (status === 'running') work.startedAt ??= event.time;
  const severity = status === 'failed' ? 'error' : WARNED.has(status) ? 'warning' : undefined;
  note(fold, event, work.name, work.error?.message ?? work.message ?? work.reason, severity, work.by);
}

/** Handler of an event that says which status the run has now. */
const to =
  (status: WorkStatus): Handler =>
  (fold, event, data) => {
    const run = runOf(fold, event);
    if (run) setStatus(fold, event, run.value, status, data);
  };

export const runHandlers: Handlers<'run'> = {
  'run.created': (fold, event, data) => {
    const run = runOf(fold, event)?.value;
    if (!run) return;
    take(run, data, RUN, ['name', 'graph', 'input', 'priority', 'source', 'forkOf', 'labels']);
    note(fold, event, run.name);
  },
  'run.started': to('running'),
  'run.waiting': to('waiting'),
  'run.paused': to('paused'),
  'run.resumed': to('running'),
  'run.completed': to('completed'),
  'run.failed': to('failed'),
  'run.cancelled': to('cancelled'),
  'run.stopped': to('stopped'),
  'run.labelled': (fold, event, data) => {
    const run = runOf(fold, event)?.value;
    if (!run) return;
    run.labels = labels({ ...run.labels, ...labels(data['labels']) }) ?? {};
    const given = facts(data['facts']);
    if (given) put(run, 'facts', facts({ ...run.facts, ...given }));
  },
};
