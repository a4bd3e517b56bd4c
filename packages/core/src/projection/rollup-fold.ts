import { ZERO_COST } from '../model/cost.js';
import { isFinal } from '../model/status.js';
import type { WorkStatus } from '../model/status.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { FleetEvent } from '../protocol/event.js';
import type { Data } from './guard.js';
import { amount, cost, count, dataOf, flag, put, text, usage } from './guard.js';
import { endedStatus, finalCost, spanKind } from './reduce-span.js';
import type { RollupCells, RollupPlace } from './rollup-cells.js';
import { createCells, placeOf } from './rollup-cells.js';
import type { SparseSums } from './rollup-sums.js';
import { RETRY, sumsOfSpan, sumsOfTotals, sumsOfWork } from './rollup-sums.js';
import type { SpanState } from './state.js';
import type { Draft } from './table.js';
import { contribution, plusCost, ZERO_TOTALS } from './totals.js';

/** What an entity has added so far, to be taken away when it adds something else. */
interface Counted {
  counted?: { readonly place: RollupPlace; readonly sums: SparseSums };
}

interface Work extends Counted {
  status: WorkStatus;
  startedAt?: number;
  endedAt?: number;
}

interface TaskWork extends Work {
  agentId?: string;
  type?: string;
  role?: string;
}

type SpanPart = Pick<SpanState, 'kind' | 'status' | 'cost' | 'usage'> & {
  readonly [K in 'model' | 'agentId' | 'taskId']?: string;
} & Partial<Pick<SpanState, 'startedAt' | 'endedAt' | 'reused'>>;
type SpanWork = Draft<SpanPart> & Counted;

/** What has to be known of a run to tell what its next event changes. */
interface RunWork extends Work {
  readonly id: string | undefined;
  threadId?: string;
  readonly roles: Map<string, string>;
  readonly tasks: Map<string, TaskWork>;
  readonly spans: Map<string, SpanWork>;
}

/** Entities of one kind that are known of a run; those that ended first are forgotten then. */
const MAX_OF_A_RUN = 20_000;

const STATUSES: ReadonlyMap<string, WorkStatus> = new Map<string, WorkStatus>([
  ['started', 'running'],
  ['resumed', 'running'],
  ['waiting', 'waiting'],
  ['retrying', 'waiting'],
  ['paused', 'paused'],
  ['completed', 'completed'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['stopped', 'stopped'],
  ['skipped', 'skipped'],
]);

/** The only families that change a sum. */
const FAMILIES = new Set(['run', 'agent', 'task', 'span', 'usage']);

/** How many entities are known, and where a run's earlier events are when they are not. */
export interface RollupFoldOptions {
  /** Entities known; those of the runs that were told of longest ago are forgotten. @default 200_000 */
  readonly maxKnown?: number;
  /** Events of a run before those that are folded next. @default nothing is looked up */
  readonly history?: (runId: string) => Iterable<FleetEvent>;
}

/** Turns events into what they add to the sums of their hour. */
export interface RollupFold {
  /** @param events in the order of the log */
  fold(events: readonly FleetEvent[]): RollupCells;
  /** A run was deleted; without an id, whatever is known may be wrong. */
  forget(runId?: string): void;
}

/**
 * The sums of a log as a function of its events: what it returns for parts of a log adds up to what it returns for all
 * of it. Types and data that cannot be read change nothing; it never throws.
 */
export function createRollupFold({ maxKnown = 200_000, history }: RollupFoldOptions = {}): RollupFold {
  /** Last told of last. */
  const runs = new Map<string, RunWork>();
  let known = 0;
  let cells: RollupCells = createCells();

  const recount = (entity: Counted, time: number, place: RollupPlace, sums: SparseSums): void => {
    const { counted } = entity;
    if (counted) cells.add(time, counted.place, counted.sums, -1);
    cells.add(time, place, sums);
    entity.counted = { place, sums };
  };

  /** Where something counts; the same as before, unless something of it has changed. */
  const findPlace = (
    run: RunWork,
    before: Counted['counted'],
    agent?: string,
    taskId?: string,
    model?: string,
  ): RollupPlace => {
    const task = taskId === undefined ? undefined : run.tasks.get(taskId);
    const role = (agent === undefined ? undefined : run.roles.get(agent)) ?? task?.role;
    const taskType = task?.type;
    const thread = run.threadId;
    const keys = before?.place.keys;
    const isSame =
      keys?.agent === agent &&
      keys?.model === model &&
      keys?.role === role &&
      keys?.taskType === taskType &&
      keys?.thread === thread;
    return before && isSame ? before.place : placeOf({ run: run.id, thread, agent, role, model, taskType });
  };

  const grow = <T extends { readonly status: string }>(
    entities: Map<string, T>,
    id: string,
    entity: T,
  ): T => {
    entities.set(id, entity);
    known += 1;
    if (entities.size <= MAX_OF_A_RUN) return entity;
    for (const [key, { status }] of entities) {
      if (entities.size <= MAX_OF_A_RUN * 0.75) break;
      if (status !== 'running' && entities.delete(key)) known -= 1;
    }
    return entity;
  };

  const forgetRuns = (): void => {
    for (const [id, run] of runs) {
      if (known <= maxKnown || runs.size === 1) return;
      runs.delete(id);
      known -= run.tasks.size + run.spans.size + 1;
    }
  };

  const runOf = (id: string | undefined): RunWork => {
    const key = id ?? '';
    let run = runs.get(key);
    if (run) {
      runs.delete(key);
      runs.set(key, run);
      return run;
    }
    run = { id, status: 'queued', roles: new Map(), tasks: new Map(), spans: new Map() };
    runs.set(key, run);
    known += 1;
    if (id !== undefined && history) {
      const told = cells;
      cells = createCells();
      for (const event of history(id)) apply(run, event);
      cells = told;
    }
    return run;
  };

  const setStatus = (work: Work, status: WorkStatus, time: number): void => {
    work.status = status;
    if (status === 'running') work.startedAt ??= time;
    if (isFinal(status)) work.endedAt = time;
    else delete work.endedAt;
  };

  const applyTask = (run: RunWork, event: FleetEvent, action: string, time: number, data: Data): void => {
    const id = text(event.taskId);
    if (id === undefined) return;
    const task = run.tasks.get(id) ?? grow<TaskWork>(run.tasks, id, { status: 'queued' });
    if (task.agentId === undefined || action === 'assigned') put(task, 'agentId', text(event.agentId));
    if (action === 'created' || action === 'updated') {
      put(task, 'type', text(data['type']));
      put(task, 'role', text(data['role']));
    }
    const status = STATUSES.get(action);
    if (status) setStatus(task, status, time);
    const place = findPlace(run, task.counted, task.agentId, id);
    if (action === 'retrying') cells.add(time, place, RETRY);
    recount(task, time, place, sumsOfWork('task', task));
  };

  const spanOf = (run: RunWork, event: FleetEvent, kind: SpanState['kind']): SpanWork | undefined => {
    const id = text(event.spanId);
    if (id === undefined) return undefined;
    const found = run.spans.get(id);
    if (found) return found;
    const span: SpanWork = { kind, status: 'running', cost: ZERO_COST, usage: ZERO_USAGE };
    put(span, 'agentId', text(event.agentId));
    put(span, 'taskId', text(event.taskId));
    return grow(run.spans, id, span);
  };

  const recountSpan = (run: RunWork, span: SpanWork, time: number): void => {
    const sums = sumsOfTotals(contribution(span));
    if (span.status !== 'running') sums.push(...sumsOfSpan(span));
    recount(span, time, findPlace(run, span.counted, span.agentId, span.taskId, span.model), sums);
  };

  const applySpan = (run: RunWork, event: FleetEvent, action: string, time: number, data: Data): void => {
    const model = text(data['model']);
    const given = action === 'started' ? spanKind(data['kind']) : undefined;
    const kind = given ?? (action === 'ended' && model !== undefined ? 'model' : 'custom');
    const span = spanOf(run, event, kind);
    if (!span) return;
    if (action === 'started') {
      if (span.status !== 'running') return;
      span.kind = kind;
      span.startedAt ??= time;
    } else if (action === 'ended') {
      span.status = endedStatus(data['status']) ?? 'ok';
      put(span, 'usage', usage(data['usage']));
      put(span, 'reused', flag(data['reused']));
      span.cost = finalCost(cost(data['cost']), span);
      span.endedAt = time;
    } else if (action !== 'updated') {
      return;
    }
    put(span, 'model', model);
    recountSpan(run, span, time);
  };

  const applyUsage = (run: RunWork, event: FleetEvent, time: number, data: Data): void => {
    const tokens = usage(data['usage']) ?? ZERO_USAGE;
    const price = cost(data['cost']);
    const span = spanOf(run, event, 'model');
    if (span) {
      if (span.status !== 'running') return;
      put(span, 'model', text(data['model']));
      span.usage = addUsage(span.usage, tokens);
      // One call is unknown once, however often that is said.
      if (price && !(price.nanoUsd === undefined && span.cost.unknownCalls > 0)) {
        span.cost = plusCost(span.cost, price);
      }
      recountSpan(run, span, time);
      return;
    }
    const modelCalls = count(data['calls']) ?? 0;
    const spent =
      price?.nanoUsd === undefined
        ? { ...ZERO_COST, unknownCalls: modelCalls || 1 }
        : plusCost(ZERO_COST, price);
    const place = findPlace(run, undefined, text(event.agentId), text(event.taskId), text(data['model']));
    cells.add(time, place, sumsOfTotals({ ...ZERO_TOTALS, cost: spent, usage: tokens, modelCalls }));
  };

  const apply = (run: RunWork, event: FleetEvent): void => {
    const { type } = event;
    const dot = type.indexOf('.');
    const family = type.slice(0, dot);
    const action = type.slice(dot + 1);
    const time = amount(event.time) ?? 0;
    const data = dataOf(event.data);
    // What is not about a run has no thread of its own either.
    if (run.id === undefined) delete run.threadId;
    if (run.threadId === undefined) put(run, 'threadId', text(event.threadId));
    switch (family) {
      case 'run': {
        const status = STATUSES.get(action);
        if (run.id === undefined || !status || status === 'skipped') return;
        setStatus(run, status, time);
        recount(run, time, findPlace(run, run.counted), sumsOfWork('run', run));
        return;
      }
      case 'agent': {
        const agentId = text(event.agentId);
        const role = text(data['role']);
        if (action === 'joined' && agentId !== undefined && role !== undefined) run.roles.set(agentId, role);
        return;
      }
      case 'task':
        applyTask(run, event, action, time, data);
        return;
      case 'span':
        applySpan(run, event, action, time, data);
        return;
      case 'usage':
        if (action === 'recorded') applyUsage(run, event, time, data);
    }
  };

  return {
    fold(events) {
      cells = createCells();
      let run: RunWork | undefined;
      for (const event of events) {
        if (typeof event.type !== 'string') continue;
        const dot = event.type.indexOf('.');
        if (dot === -1 || !FAMILIES.has(event.type.slice(0, dot))) continue;
        const runId = text(event.runId);
        if (!run || run.id !== runId) run = runOf(runId);
        apply(run, event);
      }
      forgetRuns();
      return cells;
    },
    forget(runId) {
      if (runId === undefined) {
        runs.clear();
        known = 0;
        return;
      }
      const run = runs.get(runId);
      if (run && runs.delete(runId)) known -= run.tasks.size + run.spans.size + 1;
    },
  };
}
