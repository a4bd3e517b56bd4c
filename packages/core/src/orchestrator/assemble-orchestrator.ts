import { FleetglassError, isFleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import { createId } from '../lib/ids.js';
import type { Json, JsonObject } from '../lib/json.js';
import type { EventLog } from '../log/fleet-host.js';
import type { Lease } from '../log/store.js';
import type { Actor } from '../protocol/payload.js';
import { createCommandHandler } from './commands.js';
import type { CompiledGraph } from './compiled-graph.js';
import { draftEvent } from './event-draft.js';
import type { Fork } from './fork.js';
import { readInput } from './graph-input.js';
import { createLeaseKeeper, LEASE_TTL_MS } from './lease-keeper.js';
import { createPacer } from './pacer.js';
import { createPastRuns } from './past-runs.js';
import { createPlaces } from './places.js';
import { createRegistry } from './registry.js';
import { resumeRun } from './recovery.js';
import { readHistory } from './run-history.js';
import { createRunHandle } from './run-handle.js';
import type { ForkOptions, Orchestrator } from './orchestrator.js';
import type { Run, RunOptions } from './run-options.js';
import { RUN_BEGIN, RUN_END } from './run-record.js';
import type { RunControl } from './run.js';
import type { Services } from './services.js';
import type { SharedBudgets } from './shared-budgets.js';
import type { RunPlan, RunSurroundings, Work } from './start-run.js';
import { budgetsOf, startRun } from './start-run.js';

export interface OrchestratorParts<Sink> {
  readonly services: Services & { readonly emitter: Sink };
  /** Made when the host's log is first asked for: who is not watched pays for no projection. */
  readonly openLog: () => EventLog;
  readonly owner: string;
  readonly isOwnerGone: ((owner: string) => boolean) | undefined;
  readonly concurrency: number;
  readonly budgets: SharedBudgets;
  readonly nextMacrotask: () => Promise<void>;
  /** Closes what was made for the orchestrator alone. */
  readonly onClose: () => Promise<void>;
}

interface ActiveRun {
  readonly handle: Run<unknown>;
  /** Rejects when the run could not begin. */
  readonly control: Promise<RunControl>;
}

export function assembleOrchestrator<Sink extends Services['emitter']>(
  parts: OrchestratorParts<Sink>,
): Orchestrator<Sink> {
  const { services, owner, isOwnerGone } = parts;
  const { store, clock, random, emitter } = services;
  const active = new Map<string, ActiveRun>();
  const registry = createRegistry();
  const pastRuns = createPastRuns(store, registry);
  const leases = createLeaseKeeper(store, clock);
  const places = createPlaces(parts.concurrency);
  const pacer = createPacer(clock, parts.nextMacrotask);
  let closed = false;
  let log: EventLog | undefined;

  const surroundings = async (threadId: string | undefined): Promise<RunSurroundings> => ({
    services,
    places,
    pacer,
    shared: await parts.budgets.accounts(threadId),
  });
  const acquire = (runId: string): Promise<Lease> =>
    store.acquireLease({
      runId,
      owner,
      ttlMs: LEASE_TTL_MS,
      ...(isOwnerGone ? { isGone: isOwnerGone } : {}),
    });
  const onStart = (run: RunControl): void => leases.add(run);
  const onEnd = (run: RunControl): void => {
    active.delete(run.id);
    void leases.remove(run);
  };

  const track = (id: string, control: Promise<RunControl>): Run<unknown> => {
    const handle = createRunHandle(id, control);
    active.set(id, { handle, control });
    control.catch(() => active.delete(id));
    return handle;
  };

  const begin = async (plan: Omit<RunPlan, 'work'>, makeWork: () => Promise<Work>): Promise<RunControl> => {
    const around = await surroundings(plan.options.threadId);
    const planned: RunPlan = { ...plan, work: await makeWork() };
    const budgets = budgetsOf(planned, around.shared);
    if (plan.options.id !== undefined && (await store.load(plan.id, { prefix: RUN_END }))) {
      throw new FleetglassError('RUN_EXISTS', `There is a run '${plan.id}' already; choose another id.`);
    }
    const run = await withLease(plan.id, (lease) =>
      startRun(planned, around, lease, budgets, onStart, onEnd),
    ).catch((error: unknown) => {
      throw toFleetglassError(error, 'TASK_FAILED');
    });
    const { signal } = plan.options;
    if (signal) {
      const onAbort = (): void => run.cancel(undefined, undefined);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      void run.outcome.then(() => signal.removeEventListener('abort', onAbort));
    }
    return run;
  };

  const launch = (
    name: string,
    options: RunOptions,
    makeWork: () => Promise<Work>,
    args?: Json,
    forked?: Fork,
  ): Run<unknown> => {
    if (closed) throw new FleetglassError('SHUTTING_DOWN', 'The orchestrator is closed.');
    if (!(options.concurrency === undefined || options.concurrency >= 1)) {
      throw new FleetglassError('BAD_INPUT', 'The concurrency of a run must be a number of at least 1.');
    }
    const id = options.id ?? createId('run', clock, random);
    if (active.has(id)) throw new FleetglassError('RUN_EXISTS', `Run '${id}' is running already.`);
    const plan = {
      id,
      name,
      options,
      ...(args === undefined ? {} : { args }),
      ...(forked === undefined ? {} : { fork: forked }),
    };
    return track(id, begin(plan, makeWork));
  };

  const launchGraph = (
    graph: CompiledGraph,
    input: unknown,
    options: RunOptions,
    name: string,
    args?: Json,
  ) =>
    launch(name, options, async () => ({ kind: 'graph', graph, input: await readInput(graph, input) }), args);

  const fork = async (
    runId: string,
    checkpointId: string,
    { patch, graph: given, ...options }: ForkOptions = {},
    by: Actor | undefined,
  ): Promise<Run<unknown>> => {
    const { graph, beginning, fork: plan } = await pastRuns.fork(runId, checkpointId, patch, given);
    const { input } = plan.record;
    const run = launch(
      options.name ?? beginning.name,
      { ...beginning.options, ...options },
      async () => ({ kind: 'graph', graph, input }),
      beginning.args,
      plan,
    );
    await active.get(run.id)?.control;
    const data = { checkpointId, forkRunId: run.id, ...(by === undefined ? {} : { by }) };
    await store.append([draftEvent('checkpoint.forked', data, { runId }, clock.now())]);
    return run;
  };

  const find = async (runId: string): Promise<RunControl> => {
    const found = active.get(runId);
    if (found) return found.control;
    const ending = await store.load(runId, { prefix: RUN_END });
    if (!ending) throw new FleetglassError('RUN_NOT_FOUND', `There is no run '${runId}'.`);
    // Nobody has taken it up since its process ended; whoever steers it wants it to go on.
    if (ending.records.length === 0 && (await takeUp(runId))) return find(runId);
    throw new FleetglassError('RUN_ENDED', `Run '${runId}' is over.`);
  };

  /** Gives the lease back when what needs it does not come about. */
  const withLease = async <T>(runId: string, use: (lease: Lease) => Promise<T>): Promise<T> => {
    const lease = await acquire(runId);
    try {
      return await use(lease);
    } catch (error) {
      void store.releaseLease(lease).catch(() => undefined);
      throw error;
    }
  };

  const takeUp = async (runId: string): Promise<Run<unknown> | undefined> => {
    const ending = await store.load(runId, { prefix: RUN_END });
    if (!ending || ending.records.length > 0) return undefined;
    const first = await store.load(runId, { prefix: RUN_BEGIN });
    const begun = first && readHistory(first).beginning;
    if (!begun) return undefined;
    return withLease(runId, async (lease) => {
      // Read under the lease: nobody else writes now.
      const stored = await store.load(runId);
      const history = stored && readHistory(stored);
      const beginning = history?.beginning;
      if (!beginning || history.ended) {
        await store.releaseLease(lease);
        return undefined;
      }
      const made = registry.make(beginning.name, beginning.args ?? beginning.input);
      const work: Work =
        'graph' in made
          ? { kind: 'graph', graph: made.graph.compile(), input: beginning.input as JsonObject }
          : { kind: 'function', fn: made.run };
      const plan: RunPlan = {
        id: runId,
        name: beginning.name,
        work,
        options: beginning.options,
        ...(beginning.args === undefined ? {} : { args: beginning.args }),
      };
      const around = await surroundings(plan.options.threadId);
      const budgets = budgetsOf(plan, around.shared);
      const ledger = await store.ledger({ runId });
      const control = resumeRun(plan, history, around, lease, budgets, ledger, onStart, onEnd);
      const handle = track(runId, control);
      await control;
      return handle;
    });
  };

  return {
    store,
    emitter,
    host: {
      get log() {
        return (log ??= parts.openLog());
      },
      blobs: store,
      commands: createCommandHandler({
        find,
        async start(name, input) {
          const made = registry.make(name, input);
          const { options = {} } = made;
          const run =
            'graph' in made
              ? launchGraph(made.graph.compile(), made.input ?? input, options, name, input)
              : launch(name, options, async () => ({ kind: 'function', fn: made.run }), input);
          await active.get(run.id)?.control;
          return run.id;
        },
        fork: async (runId, checkpointId, patch, by) =>
          (await fork(runId, checkpointId, patch === undefined ? {} : { patch }, by)).id,
        setSharedBudget: (budgetId, limit, by) => parts.budgets.setLimit(budgetId, limit, by),
      }),
    },
    get size() {
      return active.size;
    },
    start: (graph, input, options = {}) =>
      launchGraph(graph.compile(), input, options, options.name ?? graph.name) as Run<never>,
    run: (name, fn, options = {}) =>
      launch(options.name ?? name, options, async () => ({ kind: 'function', fn })) as Run<never>,
    register: (name, make) => registry.set(name, make),
    list: () => pastRuns.list(),
    history: (runId, graph) => pastRuns.history(runId, graph),
    diff: (runId, from, to, graph) => pastRuns.diff(runId, from, to, graph),
    fork: (runId, checkpointId, options) => fork(runId, checkpointId, options, undefined),
    async recover() {
      const resumed: Run<unknown>[] = [];
      const refused: { runId: string; error: FleetglassError }[] = [];
      for (const runId of await store.listRuns()) {
        if (active.has(runId)) continue;
        try {
          const run = await takeUp(runId);
          if (run) resumed.push(run);
        } catch (error) {
          if (isFleetglassError(error, 'LEASE_HELD')) continue;
          refused.push({
            runId,
            error: isFleetglassError(error)
              ? error
              : new FleetglassError('INTERNAL', `Run '${runId}' could not be taken up.`, { cause: error }),
          });
        }
      }
      return { resumed, refused };
    },
    get: (runId) => active.get(runId)?.handle,
    async close() {
      closed = true;
      const error = new FleetglassError(
        'SHUTTING_DOWN',
        'The orchestrator was closed; recover() takes the run up again.',
      );
      const controls = await Promise.allSettled([...active.values()].map((run) => run.control));
      for (const control of controls) if (control.status === 'fulfilled') control.value.abandon(error);
      await emitter.flush();
      await parts.onClose();
    },
  };
}
