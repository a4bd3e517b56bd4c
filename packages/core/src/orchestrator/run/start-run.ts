import type { Json } from '../../lib/json.js';
import type { Lease, LedgerEntry } from '../../log/store.js';
import type { EventDraft, EventScope } from '../../protocol/event.js';
import type { Fields } from '../execution/ancestry.js';
import type { BudgetAccount } from '../budgets/budget-account.js';
import { choose, encodeChoices } from '../graph/choices.js';
import type { CompiledGraph } from '../graph/compiled-graph.js';
import type { RunContext } from '../calls/context.js';
import { draftEvent } from './event-draft.js';
import { runFunction } from '../execution/function-run.js';
import type { Fork } from '../history/fork.js';
import type { NodeOptions } from '../graph/graph-definition.js';
import type { GraphRun } from '../execution/graph-run.js';
import { createGraphRun } from '../execution/graph-run.js';
import type { Pacer } from '../execution/pacer.js';
import { toPayload } from './payload.js';
import type { Places } from '../execution/places.js';
import type { RunControl } from './run-control.js';
import { createRun } from './run.js';
import type { RunBudgets } from '../budgets/run-budgets.js';
import { createRunBudgets } from '../budgets/run-budgets.js';
import type { Parked, RunOutcome } from './run-ending.js';
import type { RunOptions } from './run-options.js';
import type { AskedRecord, RunBeginning, StoredRunOptions } from '../history/run-record.js';
import { RUN_BEGIN } from '../history/run-record.js';
import type { Services } from './services.js';
import type { Chosen } from '../execution/token-scope.js';

/** What a run executes. */
export type Work =
  | { readonly kind: 'graph'; readonly graph: CompiledGraph; readonly input: Fields }
  | { readonly kind: 'function'; readonly fn: (ctx: RunContext) => unknown };

export interface RunPlan {
  readonly id: string;
  readonly name: string;
  readonly work: Work;
  /** What a registered name was started with. */
  readonly args?: Json;
  readonly options: RunOptions;
  /** The command that starts it. */
  readonly commandId?: string;
  /** Whether it may leave memory while it waits for people. */
  readonly parks: boolean;
  /** What the run takes over from another one. */
  readonly fork?: Fork;
}

/** What the runs of one orchestrator share. */
export interface RunSurroundings {
  readonly services: Services;
  readonly places: Places;
  readonly pacer: Pacer;
  readonly shared: readonly BudgetAccount[];
  /** Milliseconds after which a run that only waits for people leaves memory. */
  readonly parkAfterMs: number;
}

/** A run left memory. */
export type OnEnd = (run: RunControl, outcome: RunOutcome | Parked) => void;

const NOTHING_ASKED: ReadonlyMap<string, AskedRecord> = new Map();

export function scopeOf(plan: Pick<RunPlan, 'id' | 'options'>): EventScope & { readonly runId: string } {
  const { threadId } = plan.options;
  return threadId === undefined ? { runId: plan.id } : { runId: plan.id, threadId };
}

const NO_NODES: ReadonlyMap<string, NodeOptions> = new Map();
const nodesOf = new WeakMap<CompiledGraph, ReadonlyMap<string, NodeOptions>>();

/** Options of a graph's nodes by name, made once for all of its runs. */
function nodeOptions(graph: CompiledGraph): ReadonlyMap<string, NodeOptions> {
  let known = nodesOf.get(graph);
  if (!known) {
    known = new Map(
      graph.nodes.flatMap(({ name, definition }) =>
        definition ? [[name, definition.options] as const] : [],
      ),
    );
    nodesOf.set(graph, known);
  }
  return known;
}

/** Accounts of a run's limits. @throws FleetglassError `BAD_INPUT` */
export function budgetsOf({ work, options, ...plan }: RunPlan, shared: readonly BudgetAccount[]): RunBudgets {
  return createRunBudgets({
    scope: scopeOf({ ...plan, options }),
    shared,
    run: options.budget,
    nodes: work.kind === 'graph' ? nodeOptions(work.graph) : NO_NODES,
    agents: options.agentBudgets,
    roles: options.roleBudgets,
  });
}

/** Makes the books of a run and what drives it. */
export function assemble(
  plan: RunPlan,
  surroundings: RunSurroundings,
  from: {
    readonly lease: Lease;
    readonly version: number;
    readonly paused: boolean;
    readonly startedAt: number;
    readonly budgets: RunBudgets;
    readonly asked: ReadonlyMap<string, AskedRecord>;
  },
  onEnd: OnEnd,
): { readonly run: RunControl; readonly graphRun: GraphRun | undefined } {
  const run: RunControl = createRun({
    scope: scopeOf(plan),
    services: surroundings.services,
    budgets: from.budgets,
    lease: from.lease,
    version: from.version,
    checkpoint: plan.options.checkpoint ?? true,
    paused: from.paused,
    startedAt: from.startedAt,
    asked: from.asked,
    parkAfterMs: plan.parks ? surroundings.parkAfterMs : Infinity,
    onEnd: (outcome) => onEnd(run, outcome),
  });
  if (plan.work.kind === 'function') return { run, graphRun: undefined };
  const graphRun = createGraphRun({
    run,
    graph: plan.work.graph,
    priority: plan.options.priority ?? 'normal',
    concurrency: plan.options.concurrency ?? Infinity,
    places: surroundings.places,
    pacer: surroundings.pacer,
  });
  run.drive(graphRun);
  return { run, graphRun };
}

function storedOptions(options: RunOptions): StoredRunOptions {
  const { threadId, priority, concurrency, budget, agentBudgets, roleBudgets } = options;
  return {
    ...(threadId === undefined ? {} : { threadId }),
    ...(priority === undefined ? {} : { priority }),
    ...(concurrency === undefined || concurrency === Infinity ? {} : { concurrency }),
    ...(budget === undefined ? {} : { budget }),
    ...(agentBudgets === undefined ? {} : { agentBudgets }),
    ...(roleBudgets === undefined ? {} : { roleBudgets }),
  };
}

/** Starts a run that did not exist before: everything that it begins with is one commit. */
export async function startRun(
  plan: RunPlan,
  surroundings: RunSurroundings,
  lease: Lease,
  budgets: RunBudgets,
  onStart: (run: RunControl) => void,
  onEnd: OnEnd,
): Promise<RunControl> {
  const { work, options } = plan;
  const input = work.kind === 'graph' ? (work.input as Json) : plan.args;
  const payload = input === undefined ? undefined : await toPayload(input, surroundings.services);
  const { fork } = plan;
  let chosen: readonly Chosen[] = [];
  if (work.kind === 'graph')
    chosen = fork?.record.chosen ?? (await choose(work.graph, work.graph.start, work.input));

  const startedAt = surroundings.services.clock.now();
  const { run, graphRun } = assemble(
    plan,
    surroundings,
    { lease, version: 0, paused: false, budgets, startedAt, asked: NOTHING_ASKED },
    onEnd,
  );
  onStart(run);
  const time = run.time();
  const events: EventDraft[] = [
    draftEvent(
      'run.created',
      {
        name: plan.name,
        ...(work.kind === 'graph' ? { graph: work.graph.shape } : {}),
        ...(payload === undefined ? {} : { input: payload }),
        ...(options.priority === undefined ? {} : { priority: options.priority }),
        ...(options.labels === undefined ? {} : { labels: options.labels }),
        ...(fork === undefined ? {} : { forkOf: fork.of }),
      },
      run.scope,
      time,
    ),
    draftEvent('run.started', {}, run.scope, time),
  ];
  for (const account of budgets.all) account.tellSet(events, time);
  const beginning: RunBeginning = {
    kind: work.kind,
    name: plan.name,
    input: input ?? null,
    ...(plan.args === undefined ? {} : { args: plan.args }),
    ...(plan.commandId === undefined ? {} : { commandId: plan.commandId }),
    options: storedOptions(options),
    startedAt,
    ...(work.kind === 'graph' ? { chosen: encodeChoices(work.graph, chosen) } : {}),
    ...(fork === undefined ? {} : { forkOf: fork.of }),
  };
  const writes = [{ key: RUN_BEGIN, value: beginning as unknown as Json }, ...(fork?.writes ?? [])];
  if (graphRun && work.kind === 'graph') {
    if (fork) graphRun.replay(fork.record, events);
    else graphRun.begin(work.input, chosen, events);
    await graphRun.proceedWith(events, writes);
  } else if (work.kind === 'function') {
    run.journal.record({ events, writes });
    runFunction(run, plan.name, work.fn, { outcomes: new Map(), calls: new Map() }, []);
  }
  return run;
}

/** Money that calls held when their process ended: nobody knows whether it was paid. */
export function openReservations(ledger: readonly LedgerEntry[]): LedgerEntry[] {
  const open = new Map<string, LedgerEntry>();
  for (const entry of ledger) {
    if (entry.kind === 'reserved') open.set(entry.callId, entry);
    else open.delete(entry.callId);
  }
  return [...open.values()];
}
