import type { FeedEntry, FleetState } from '../projection/state.js';
import type { FleetEvent } from '../protocol/event.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';

/** Why a moment of a run is worth stopping at. */
export type MomentKind = 'run' | 'task' | 'failure' | 'decision' | 'budget' | 'checkpoint' | 'alert';

/** A moment at which something changed that a person may look for. */
export interface Moment {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly kind: MomentKind;
  readonly type: string;
  /** Name of the task or of what is decided. */
  readonly subject?: string;
}

/** Types of events that are moments, for whoever reads them from the log; those of tasks are in the state. */
export const MOMENT_TYPES = ['run', 'approval', 'budget', 'checkpoint', 'alert'] as const;

const FAILURES: ReadonlySet<string> = new Set(['run.failed', 'task.failed']);
const KINDS: { readonly [family: string]: MomentKind } = {
  run: 'run',
  task: 'task',
  approval: 'decision',
  budget: 'budget',
  checkpoint: 'checkpoint',
  alert: 'alert',
};
/** Nothing that a person looks for. */
const QUIET: ReadonlySet<string> = new Set(['run.labelled', 'budget.set']);
/** Of a task its end is worth a stop, not each of its changes. */
const TASK_ENDS = /^task\.(completed|cancelled|skipped|stopped)$/;

/** What kind of moment an event is; `undefined` for one that is none. */
export function momentKind(type: string): MomentKind | undefined {
  if (QUIET.has(type)) return undefined;
  if (FAILURES.has(type)) return 'failure';
  if (type.startsWith('task.') && !TASK_ENDS.test(type)) return undefined;
  const family = type.slice(0, type.indexOf('.'));
  return Object.hasOwn(KINDS, family) ? KINDS[family] : undefined;
}

/** The moments among some events. */
export function momentsOf(events: readonly (FleetEvent | FeedEntry)[]): readonly Moment[] {
  return events.flatMap((event) => {
    const kind = momentKind(event.type);
    if (kind === undefined) return [];
    const { seq, time, type } = event;
    const subject = 'subject' in event && typeof event.subject === 'string' ? { subject: event.subject } : {};
    return [{ seq, time, kind, type, ...subject }];
  });
}

/** All of them once each, in the order of the log; of two at one position the first list's counts. */
export function mergeMoments(...lists: readonly (readonly Moment[])[]): readonly Moment[] {
  const bySeq = new Map<number, Moment>();
  for (const list of lists)
    for (const moment of list) if (!bySeq.has(moment.seq)) bySeq.set(moment.seq, moment);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

const keep = createKeep<readonly Moment[]>();
const known = new WeakMap<object, Moment>();

/** The same object for the same source, so that lists of them can be compared. */
function remember(source: object, make: () => Moment): Moment {
  const last = known.get(source);
  const moment = last ?? make();
  if (!last) known.set(source, moment);
  return moment;
}

/**
 * The moments of a run that its state still tells of: ends of tasks, saved checkpoints, and the newest of everything
 * else. The same array while none is added.
 */
export function selectMoments(state: FleetState, runId: string): readonly Moment[] {
  const run = state.runs.get(runId);
  if (!run) return [];
  const fromTasks: Moment[] = [];
  for (const task of rowsOf(run.tasks, state.tasks)) {
    const { endedSeq, endedAt, status, name } = task;
    if (endedSeq === undefined || endedAt === undefined) continue;
    const kind = status === 'failed' ? 'failure' : 'task';
    fromTasks.push(
      remember(task, () => ({ seq: endedSeq, time: endedAt, kind, type: `task.${status}`, subject: name })),
    );
  }
  const fromFeed = run.feed.flatMap((entry) => {
    const kind = momentKind(entry.type);
    return kind === undefined ? [] : [remember(entry, () => momentsOf([entry])[0] as Moment)];
  });
  const saved = run.checkpoints.map((checkpoint) =>
    remember(checkpoint, () => {
      const { seq, time, label } = checkpoint;
      return {
        seq,
        time,
        kind: 'checkpoint',
        type: 'checkpoint.saved',
        ...(label === undefined ? {} : { subject: label }),
      };
    }),
  );
  return keep(runId, mergeMoments(fromFeed, fromTasks, saved));
}

/** The nearest moment after (1) or before (-1) a position. */
export function nextMoment(moments: readonly Moment[], seq: number, step: 1 | -1): Moment | undefined {
  return step === 1
    ? moments.find((moment) => moment.seq > seq)
    : moments.findLast((moment) => moment.seq < seq);
}
