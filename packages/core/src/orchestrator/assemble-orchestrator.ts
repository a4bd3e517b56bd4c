import { FleetglassError, isFleetglassError, toFleetglassError } from '../errors/fleetglass-error.js';
import { createId } from '../lib/ids.js';
import type { Json } from '../lib/json.js';
import type { EventLog } from '../log/fleet-host.js';
import type { Lease } from '../log/store.js';
import { acknowledgeAlert } from './acknowledge-alert.js';
import { createAutomaticRecovery } from './history/automatic-recovery.js';
import type { CommandOrigin } from './run/command-origin.js';
import { createCommandHandler } from './commands.js';
import { runIdFor, wasCarriedOut, wasStartedBy } from './history/command-record.js';
import type { CompiledGraph } from './graph/compiled-graph.js';
import { deleteRuns } from './history/delete-runs.js';
import { draftEvent } from './run/event-draft.js';
import type { Fork } from './history/fork.js';
import { readInput } from './graph/graph-input.js';
import { createLeaseKeeper } from './run/lease-keeper.js';
import { createLiveRuns } from './run/live-runs.js';
import { createPacer } from './execution/pacer.js';
import { createPastRuns } from './history/past-runs.js';
import { createPlaces } from './execution/places.js';
import { createRegistry } from './history/registry.js';
import type { Steer } from './run/run-handle.js';
import type { ForkOptions, Orchestrator } from './orchestrator.js';
import type { RunControl } from './run/run-control.js';
import type { Run, RunOptions } from './run/run-options.js';
import { RUN_END } from './history/run-record.js';
import type { Services } from './run/services.js';
import type { SharedBudgets } from './budgets/shared-budgets.js';
import type { OnEnd, RunPlan, RunSurroundings, Work } from './run/start-run.js';
import { budgetsOf, startRun } from './run/start-run.js';
import { createTakeUp } from './history/take-up.js';

export interface OrchestratorParts<Sink> {
  readonly services: Services & { readonly emitter: Sink };
  /** Made when the host's log is first asked for: who is not watched pays for no projection. */
  readonly openLog: () => EventLog;
  /** @throws FleetglassError `LEASE_HELD` */
  readonly acquire: (runId: string) => Promise<Lease>;
  readonly concurrency: number;
  readonly budgets: SharedBudgets;
  /** Whether unfinished runs of names that are registered are taken up without being asked. */
  readonly recovers: boolean;
  /** Milliseconds after which a run that only waits for people leaves memory. */
  readonly parkAfterMs: number;
  /** Milliseconds that a lease lives without being renewed. */
  readonly leaseTtlMs: number;
  readonly nextMacrotask: () => Promise<void>;
  /** Closes what was made for the orchestrator alone. */
  readonly onClose: () => Promise<void>;
}

export function assembleOrchestrator<Sink extends Services['emitter']>(
  parts: OrchestratorParts<Sink>,
): Orchestrator<Sink> {
  const { services, acquire } = parts;
  const { store, clock, random, emitter } = services;
  const registry = createRegistry();
  const pastRuns = createPastRuns(store, registry);
  const leases = createLeaseKeeper(store, emitter, clock, parts.leaseTtlMs);
  const places = createPlaces(parts.concurrency);
  const pacer = createPacer(clock, parts.nextMacrotask);
  let closed = false;
  let log: EventLog | undefined;
  const openedLog = (): EventLog => (log ??= parts.openLog());

  const surroundings = async (threadId: string | undefined): Promise<RunSurroundings> => ({
    services,
    places,
    pacer,
    shared: await parts.budgets.accounts(threadId),
    parkAfterMs: parts.parkAfterMs,
  });
  const onStart = (run: RunControl): void => leases.add(run);
  const onEnd: OnEnd = (run, outcome) => {
    live.leave(run.id, outcome);
    const lost = outcome.status === 'failed' && outcome.error.code === 'LEASE_LOST';
    void leases.remove(run, lost);
  };

  const find = async (runId: string): Promise<RunControl> => {
    // Nobody may have taken it up since its process ended, or since it was parked; whoever steers it wants it to go on.
    if (!live.has(runId) && !(await takeUp.run(runId))) {
      const stored = await store.load(runId, { prefix: RUN_END });
      if (!stored)
        throw new FleetglassError(
          'RUN_NOT_FOUND',
          `There is no run '${runId}': list the runs to see their ids.`,
        );
    }
    const found = live.control(runId);
    if (!found) throw new FleetglassError('RUN_ENDED', `Run '${runId}' is over: fork it to go on.`);
    return found;
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

  const refuse = (runId: string | undefined, error: unknown): void => {
    const { code, message } = toFleetglassError(error);
    emitter.emit({
      ...(runId === undefined ? {} : { runId }),
      type: 'log.written',
      data: { level: 'error', message: `The run could not be taken up: ${code}: ${message}` },
    });
  };

  const steer: Steer = async (runId, use) => {
    for (;;) {
      const run = await find(runId);
      // It may have left memory since it was found.
      if (!run.parked()) return use(run);
    }
  };

  const live = createLiveRuns(clock, steer, (runId) => {
    // Whoever holds it watches its time too.
    void takeUp.run(runId).catch((error: unknown) => {
      if (!isFleetglassError(error, 'LEASE_HELD')) refuse(runId, error);
    });
  });
  const takeUp = createTakeUp({
    store,
    registry,
    live,
    withLease,
    surroundings,
    now: () => clock.now(),
    onStart,
    onEnd,
  });
  const recovery = createAutomaticRecovery({
    scan: () => takeUp.all(),
    clock,
    nextMacrotask: parts.nextMacrotask,
    retryMs: parts.leaseTtlMs,
    onReport: ({ refused }) => {
      for (const { runId, error } of refused) {
        // It waits for its name to be registered.
        if (error.code !== 'NOT_FOUND') refuse(runId, error);
      }
    },
    onError: (error) => refuse(undefined, error),
  });

  const begin = async (plan: Omit<RunPlan, 'work'>, makeWork: () => Promise<Work>): Promise<RunControl> => {
    // Many runs may be started in the same turn.
    await new Promise<void>((resolve) => pacer.step(resolve));
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
      const onAbort = (): void => run.cancel();
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
    { commandId, ...forked }: { readonly fork?: Fork; readonly commandId?: string } = {},
  ): Run<unknown> => {
    if (closed) throw new FleetglassError('SHUTTING_DOWN', 'The orchestrator is closed: create a new one.');
    if (!(options.concurrency === undefined || options.concurrency >= 1)) {
      throw new FleetglassError('BAD_INPUT', 'The concurrency of a run must be a number of at least 1.');
    }
    const id = options.id ?? createId('run', clock, random);
    if (live.has(id))
      throw new FleetglassError(
        'RUN_EXISTS',
        `Run '${id}' is running already: choose another id, or use that run.`,
      );
    const plan = {
      id,
      name,
      options,
      // Only what another process could take up may leave this one's memory.
      parks: registry.has(name) && options.checkpoint !== false && options.signal === undefined,
      ...(args === undefined ? {} : { args }),
      ...forked,
      ...(commandId === undefined ? {} : { commandId }),
    };
    return live.track(id, begin(plan, makeWork));
  };

  const launchGraph = (
    graph: CompiledGraph,
    input: unknown,
    options: RunOptions,
    name: string,
    args?: Json,
    commandId?: string,
  ) =>
    launch(
      name,
      options,
      async () => ({ kind: 'graph', graph, input: await readInput(graph, input) }),
      args,
      commandId === undefined ? {} : { commandId },
    );

  const fork = async (
    runId: string,
    checkpointId: string,
    { patch, graph: given, ...options }: ForkOptions = {},
    { by, commandId }: CommandOrigin = {},
  ): Promise<Run<unknown>> => {
    const { graph, beginning, fork: plan } = await pastRuns.fork(runId, checkpointId, patch, given);
    const { input } = plan.record;
    const run = launch(
      options.name ?? beginning.name,
      { ...beginning.options, ...options },
      async () => ({ kind: 'graph', graph, input }),
      beginning.args,
      commandId === undefined ? { fork: plan } : { fork: plan, commandId },
    );
    await live.control(run.id);
    const data = { checkpointId, forkRunId: run.id, ...(by === undefined ? {} : { by }) };
    await store.append([draftEvent('checkpoint.forked', data, { runId }, clock.now())]);
    return run;
  };

  return {
    store,
    emitter,
    host: {
      get log() {
        return openedLog();
      },
      blobs: store,
      ...(store.rollups ? { rollups: store.rollups } : {}),
      commands: createCommandHandler({
        steer,
        async start(name, input, commandId) {
          const made = registry.make(name, input);
          const id = made.options?.id ?? runIdFor(commandId);
          if (await wasStartedBy(store, id, commandId)) return id;
          const options = { ...made.options, id };
          const run =
            'graph' in made
              ? launchGraph(made.graph.compile(), made.input ?? input, options, name, input, commandId)
              : launch(name, options, async () => ({ kind: 'function', fn: made.run }), input, { commandId });
          await live.control(run.id);
          return run.id;
        },
        async fork(runId, checkpointId, patch, origin) {
          const id = runIdFor(origin.commandId);
          if (await wasStartedBy(store, id, origin.commandId)) return id;
          await fork(runId, checkpointId, patch === undefined ? { id } : { id, patch }, origin);
          return id;
        },
        acknowledge: (alertId, runId, by) =>
          acknowledgeAlert({ store, log: openedLog(), clock }, alertId, runId, by),
        wasCarriedOut: (runId, commandId) => wasCarriedOut(store, runId, commandId),
        setSharedBudget: (budgetId, limit, by) => parts.budgets.setLimit(budgetId, limit, by),
      }),
    },
    get size() {
      return live.size;
    },
    start: (graph, input, options = {}) =>
      launchGraph(graph.compile(), input, options, options.name ?? graph.name) as Run<never>,
    run: (name, fn, options = {}) =>
      launch(options.name ?? name, options, async () => ({ kind: 'function', fn })) as Run<never>,
    register(name, make) {
      registry.set(name, make);
      if (parts.recovers) recovery.wanted();
    },
    list: () => pastRuns.list(),
    history: (runId, graph) => pastRuns.history(runId, graph),
    diff: (runId, from, to, graph) => pastRuns.diff(runId, from, to, graph),
    fork: (runId, checkpointId, options) => fork(runId, checkpointId, options),
    async recover() {
      const { resumed, refused } = await recovery.scan();
      return { resumed, refused };
    },
    async delete(runIds, options = {}) {
      // What is on its way to the log would come back as a run without a beginning.
      await emitter.flush();
      return deleteRuns(store, runIds, options, {
        async acquire(runId) {
          if (!live.handle(runId)) return acquire(runId);
          throw new FleetglassError('RUN_NOT_ENDED', `Run '${runId}' has not ended; cancel it first.`);
        },
        nextMacrotask: parts.nextMacrotask,
      });
    },
    get: (runId) => live.handle(runId),
    async close() {
      closed = true;
      recovery.close();
      const error = new FleetglassError(
        'SHUTTING_DOWN',
        'The orchestrator was closed; recover() takes the run up again.',
      );
      // Those that are just beginning too, which may wait for a store that fails.
      leases.abandonAll(error);
      const controls = await Promise.allSettled(live.controls());
      for (const control of controls) if (control.status === 'fulfilled') control.value.abandon(error);
      live.close(error);
      await emitter.flush();
      await parts.onClose();
    },
  };
}
