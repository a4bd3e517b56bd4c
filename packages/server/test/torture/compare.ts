import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { emptyState, encodeState, reduce } from '@fleetglass/core';
import type { FleetState, Store } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { FleetEvent, Filter } from '@fleetglass/core/protocol';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';
import { JOB } from './job.js';
import type { JournalLine } from './messages.js';
import type { Viewer } from './viewer.js';
import { addToDigest } from './viewer.js';

/** What was compared, and what was found wrong, in words. */
export interface Comparison {
  readonly viewers: number;
  /** Events that viewers applied and that were compared with the log. */
  readonly events: number;
  readonly states: number;
  /** Events whose storing had been acknowledged. */
  readonly acknowledged: number;
  /** Runs of the orchestrator that have ended. */
  readonly runs: number;
  readonly logEvents: number;
  readonly failures: readonly string[];
}

/** A command that was acknowledged to the viewer who gave it. */
export interface StartedRun {
  readonly commandId: string;
  readonly runId: string;
}

const PAGE = 5_000;

async function readAll(store: Store, filter: Filter): Promise<readonly FleetEvent[]> {
  const events: FleetEvent[] = [];
  for (let from = 1; from <= store.head();) {
    const page = await store.read({ from, filter, limit: PAGE });
    for (const event of page.events) events.push(event);
    from = page.to + 1;
  }
  return events;
}

export function readJournal(path: string): readonly JournalLine[] {
  if (!existsSync(path)) return [];
  // The last line may have been cut off by the end of the process.
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalLine);
}

/** What a log, folded from its beginning, comes to. */
const foldOf = (events: readonly FleetEvent[]): FleetState => {
  let state = emptyState();
  for (let at = 0; at < events.length; at += PAGE) state = reduce(state, events.slice(at, at + PAGE));
  return state;
};

/** Path of the first place where two values differ, for people. */
function differenceOf(left: unknown, right: unknown, path = ''): string | undefined {
  if (Object.is(left, right)) return undefined;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return `${path}: ${JSON.stringify(left)} instead of ${JSON.stringify(right)}`;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const key of keys) {
    const found = differenceOf(
      (left as Record<string, unknown>)[key],
      (right as Record<string, unknown>)[key],
      `${path}/${key}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same but for `seq` and `time`: they are the log's in a snapshot, also where a filter selects less of it. */
const contentOf = (state: FleetState): unknown => encodeState({ ...state, seq: 0, time: 0 });

function checkViewer(viewer: Viewer, log: readonly FleetEvent[], head: number, fail: (what: string) => void) {
  const say = (what: string): void => fail(`${viewer.name} ${what}`);
  for (const what of viewer.broken) say(what);
  for (const error of viewer.errors) say(`ended with ${error.code}: ${error.message}`);
  if (viewer.position !== head) say(`has come to ${viewer.position} of ${head}`);
  let events = 0;
  for (const stretch of viewer.stretches()) {
    const wanted = log.filter(({ seq }) => seq > stretch.after && seq <= stretch.to);
    const digest = createHash('sha256');
    for (const event of wanted) addToDigest(digest, event);
    if (stretch.isMerged) {
      if (stretch.events > wanted.length) say(`applied more events than the log holds up to ${stretch.to}`);
    } else if (wanted.length !== stretch.events)
      say(`applied ${stretch.events} of ${wanted.length} events after ${stretch.after} up to ${stretch.to}`);
    else if (digest.digest('hex') !== stretch.digest)
      say(`applied other events than the log holds after ${stretch.after} up to ${stretch.to}`);
    events += stretch.events;
  }
  return events;
}

/** Everything acknowledged is where it was acknowledged to be, and nowhere else. */
function checkAcknowledged(
  journal: readonly JournalLine[],
  log: readonly FleetEvent[],
  fail: (what: string) => void,
): number {
  const bySeq = new Map(log.map((event) => [event.seq, event]));
  const ids = new Set<string>();
  for (const { id, seq } of log) {
    if (id === undefined) continue;
    if (ids.has(id)) fail(`the log holds ${id} twice, again at ${seq}`);
    ids.add(id);
  }
  let acknowledged = 0;
  for (const line of journal) {
    if (line.kind !== 'acknowledged') continue;
    for (let seq = line.from; seq <= line.to; seq += 1) {
      acknowledged += 1;
      const id = `${line.name}.${seq - line.from}`;
      if (bySeq.get(seq)?.id !== id) fail(`${id} was acknowledged at ${seq}, where the log does not hold it`);
    }
  }
  return acknowledged;
}

const FINAL = new Set(['run.completed', 'run.failed', 'run.cancelled', 'run.stopped']);

/** Every run that was started has ended well, once, and nothing that had a recorded result was done again. */
function checkRuns(
  journal: readonly JournalLine[],
  log: readonly FleetEvent[],
  started: readonly StartedRun[],
  fail: (what: string) => void,
): number {
  const created = new Map<string, number>();
  const ends = new Map<string, string[]>();
  /** Position at which a task's result, or its tool's, was stored first. */
  const recorded = new Map<string, number>();
  const record = (what: string, seq: number): void => {
    if (!recorded.has(what)) recorded.set(what, seq);
  };
  for (const { type, runId = '', taskId = '', seq, data } of log) {
    if (type === 'run.created' && data['name'] === JOB) created.set(runId, (created.get(runId) ?? 0) + 1);
    if (FINAL.has(type)) ends.set(runId, [...(ends.get(runId) ?? []), type]);
    if (type === 'task.completed') record(`body ${runId} ${taskId}`, seq);
    // One that was cut off has no result.
    if (type === 'span.ended' && data['status'] === 'ok') record(`tool ${runId} ${taskId}`, seq);
  }
  for (const [runId, times] of created) {
    if (times !== 1) fail(`run ${runId} was created ${times} times`);
    const end = ends.get(runId) ?? [];
    if (end.join() !== 'run.completed') fail(`run ${runId} ended with ${end.join() || 'nothing'}`);
  }
  for (const { commandId, runId } of started)
    if (!created.has(runId))
      fail(`command ${commandId} was acknowledged, but run ${runId} is not in the log`);

  const heads = new Map<number, number>();
  for (const line of journal) {
    if (line.kind === 'begun') heads.set(line.life, line.head);
    if (line.kind !== 'world') continue;
    const at = recorded.get(line.what);
    if (at !== undefined && at <= (heads.get(line.life) ?? 0))
      fail(`${line.what} was done again in life ${line.life}, though its result was stored at ${at}`);
  }
  return created.size;
}

/**
 * Compares every viewer with the log in a file that no process has open any more, and the log with what was
 * acknowledged.
 */
export async function compare(options: {
  readonly file: string;
  readonly journal: string;
  readonly viewers: readonly Viewer[];
  readonly started?: readonly StartedRun[];
}): Promise<Comparison> {
  const { viewers, started = [] } = options;
  const failures: string[] = [];
  const fail = (what: string): void => void failures.push(what);
  const journal = readJournal(options.journal);
  const store = createSqliteStore({ file: options.file });
  try {
    const head = store.head();
    const logs = new Map<string, Promise<readonly FleetEvent[]>>();
    const folds = new Map<string, unknown>();
    const logOf = (filter: Filter): Promise<readonly FleetEvent[]> => {
      const key = filterKey(filter);
      const found = logs.get(key) ?? readAll(store, filter);
      logs.set(key, found);
      return found;
    };
    const whole = await logOf({});
    whole.forEach(({ seq }, index) => {
      if (seq !== index + 1) fail(`the log has a hole: ${seq} stands at ${index + 1}`);
    });
    let events = 0;
    let states = 0;
    for (const viewer of viewers) {
      const log = await logOf(viewer.filter);
      events += checkViewer(viewer, log, head, fail);
      const key = filterKey(viewer.filter);
      if (!folds.has(key)) folds.set(key, contentOf(foldOf(log)));
      const checkState = (what: string, state: FleetState): void => {
        states += 1;
        const difference = differenceOf(contentOf(state), folds.get(key));
        if (difference !== undefined)
          fail(`${viewer.name}: ${what} differs from the fold of the log at ${difference}`);
      };
      checkState('its fold', viewer.state);
      if (viewer.monitor) checkState('its monitor', viewer.monitor.getSnapshot().live);
    }
    return {
      viewers: viewers.length,
      events,
      states,
      acknowledged: checkAcknowledged(journal, whole, fail),
      runs: checkRuns(journal, whole, started, fail),
      logEvents: whole.length,
      failures,
    };
  } finally {
    await store.close();
  }
}
