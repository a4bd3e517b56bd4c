import type { WorkStatus } from '../model/status.js';
import { isFinal } from '../model/status.js';
import type { FleetEvent } from '../protocol/event.js';
import type { GraphShape } from '../protocol/events/run.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { note } from './feed.js';
import type { Data } from './guard.js';
import { actor, dataOf, failure, few, labels, list, object, oneOf, payload, put, text } from './guard.js';
import { createList } from './list.js';
import { EMPTY_SERIES } from './series.js';
import type { RunState } from './state.js';
import type { Draft, Held } from './table.js';
import { ZERO_TOTALS } from './totals.js';

export const priority = oneOf(['critical', 'high', 'normal', 'low']);

const NONE = Object.freeze({});
const NO_ITEMS = Object.freeze([]);
const NOT_FORGOTTEN = Object.freeze({ spans: 0, messages: 0 });

/** The run's row; any event of the `run` family makes it. */
function runOf(fold: Fold, { runId, threadId, time }: FleetEvent): Held<RunState> | undefined {
  if (fold.run || runId === undefined) return fold.run;
  const run: Draft<RunState> = {
    id: runId,
    name: runId,
    status: 'queued',
    statusSince: time,
    createdAt: time,
    lastEventAt: time,
    labels: NONE,
    agents: createList(),
    tasks: createList(),
    spans: createList(),
    messages: createList(),
    totals: ZERO_TOTALS,
    taskCounts: NONE,
    reservedNanoUsd: 0,
    spend: EMPTY_SERIES,
    edges: NONE,
    checkpoints: NO_ITEMS,
    feed: NO_ITEMS,
    forgotten: NOT_FORGOTTEN,
    dropped: NONE,
  };
  put(run, 'threadId', threadId);
  return (fold.run = fold.runs.add(runId, run));
}

/** What runs and tasks share: a status with its circumstances. */
type Work = Draft<
  Pick<RunState, 'status' | 'statusSince' | 'reason' | 'message' | 'by' | 'error' | 'endedAt'>
>;

/** Replaces the status and everything that explained the one before. */
export function setWork(work: Work, status: WorkStatus, time: number, data: Data): void {
  work.status = status;
  work.statusSince = time;
  delete work.reason;
  delete work.message;
  delete work.by;
  delete work.error;
  delete work.endedAt;
  put(work, 'reason', text(data['reason']));
  put(work, 'message', text(data['message']));
  put(work, 'by', actor(data['by']));
  put(work, 'error', failure(data['error']));
  if (isFinal(status)) work.endedAt = time;
}

const SEVERITY: { readonly [S in WorkStatus]?: 'warning' | 'error' } = {
  failed: 'error',
  stopped: 'warning',
  waiting: 'warning',
};

/** Feed line of a change of status. */
export function noteWork(
  fold: Fold,
  event: FleetEvent,
  { status, reason, message, by, error }: Work,
  name: string,
): void {
  const severity = SEVERITY[status];
  const detail = error?.message ?? message ?? reason;
  note(fold, event, severity ? { subject: name, detail, by, severity } : { subject: name, detail, by });
}

/** Handler of an event that says which status the run has now. */
const to =
  (status: WorkStatus): Handler =>
  (fold, event, data) => {
    const run = runOf(fold, event)?.value;
    if (!run) return;
    setWork(run, status, event.time, data);
    if (status === 'running') run.startedAt ??= event.time;
    put(run, 'output', payload(data['output']));
    noteWork(fold, event, run, run.name);
  };

export function graph(value: unknown): GraphShape | undefined {
  const { nodes, edges } = dataOf(value);
  if (!Array.isArray(nodes)) return undefined;
  return {
    nodes: list(nodes, (node) => {
      const { name, agent } = dataOf(node);
      if (typeof name !== 'string') return undefined;
      return typeof agent === 'string' ? { name, agent } : { name };
    }),
    edges: list(edges, (edge) => {
      const { from, to: target, conditional } = dataOf(edge);
      if (typeof from !== 'string' || typeof target !== 'string') return undefined;
      return { from, to: target, conditional: conditional === true };
    }),
  };
}

export const runHandlers: Handlers<'run'> = {
  'run.created': (fold, event, data) => {
    const run = runOf(fold, event)?.value;
    if (!run) return;
    const { runId, checkpointId } = dataOf(data['forkOf']);
    put(run, 'name', text(data['name']));
    put(run, 'graph', graph(data['graph']));
    put(run, 'input', payload(data['input']));
    put(run, 'priority', priority(data['priority']));
    put(run, 'source', text(data['source']));
    if (typeof runId === 'string' && typeof checkpointId === 'string') run.forkOf = { runId, checkpointId };
    run.labels = { ...run.labels, ...labels(data['labels']) };
    note(fold, event, { subject: run.name });
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
    run.labels = labels({ ...run.labels, ...labels(data['labels']) });
    const facts = object(data['facts']);
    if (facts) run.facts = few({ ...run.facts, ...facts });
  },
};
