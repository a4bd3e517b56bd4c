import type { FleetglassError } from '../errors/fleetglass-error.js';
import type { FleetHost } from '../log/fleet-host.js';
import type { Store } from '../log/store.js';
import type { Checkpoint, FieldChange } from './history/checkpoints.js';
import type { DeleteOptions, DeletionReport } from './history/delete-runs.js';
import type { RunContext } from './calls/context.js';
import type { StateGraph } from './graph/graph.js';
import type { GraphSource, PastRun } from './history/past-runs.js';
import type { Registry } from './history/registry.js';
import type { Run, RunOptions } from './run/run-options.js';

/** What became of unfinished runs. */
export interface RecoveryReport {
  /** Runs that go on. */
  readonly resumed: readonly Run<unknown>[];
  /** Unfinished runs that could not be taken up, and why; a lease that another process holds is no error. */
  readonly refused: readonly { readonly runId: string; readonly error: FleetglassError }[];
}

/** Runs many agents as runs that people can watch and steer. */
export interface Orchestrator<Sink> {
  /** What transports serve: `inProcess(orchestrator.host)`. */
  readonly host: FleetHost;
  readonly store: Store;
  readonly emitter: Sink;
  /** Runs in the memory of this process. */
  readonly size: number;
  /**
   * @throws FleetglassError `GRAPH_INVALID` for a wrong graph, `BAD_INPUT` for impossible options. Wrong input, an id
   * that exists (`RUN_EXISTS`) and everything later rejects {@link Run.result}
   */
  start<State extends object, Input, Nodes extends string>(
    graph: StateGraph<State, Input, Nodes>,
    input: NoInfer<Input>,
    options?: RunOptions,
  ): Run<State>;
  /** Runs an async function with the same context, budget, cancel and events as a graph. */
  run<Output>(
    name: string,
    fn: (ctx: RunContext) => Output | Promise<Output>,
    options?: RunOptions,
  ): Run<Output>;
  /**
   * Makes something known by name, for the `start` command and for recovery.
   *
   * @param make gets the input of the command, or what the run to recover was started with
   */
  register: Registry['set'];
  /**
   * Takes up unfinished runs of registered names that no living process owns, but for those that only wait for people.
   * Needed when recovery is `manual`, or to learn what goes on.
   */
  recover(): Promise<RecoveryReport>;
  /** Every run that has a record, oldest first, whoever owns it. */
  list(): Promise<readonly PastRun[]>;
  /**
   * Checkpoints of a run of a graph, oldest first, with what was spent by then and what running on from there cost.
   *
   * @param graph needed where the run's name is not registered
   * @throws FleetglassError `RUN_NOT_FOUND`, `NOT_FOUND`, `BAD_INPUT` for a run without a graph, `GRAPH_INVALID`
   */
  history(runId: string, graph?: GraphSource): Promise<readonly Checkpoint[]>;
  /** Fields of the state that differ between two checkpoints of a run. */
  diff(runId: string, from: string, to: string, graph?: GraphSource): Promise<readonly FieldChange[]>;
  /**
   * Starts a new run that takes over what another one had done at a checkpoint. Finished tasks are not repeated, and a
   * recorded call that is made again with the same request gets its result without paying.
   *
   * @throws FleetglassError `RUN_NOT_FOUND`, `NOT_FOUND`, `BAD_INPUT`, `STATE_NOT_JSON`, `GRAPH_INVALID`
   */
  fork(runId: string, checkpointId: string, options?: ForkOptions): Promise<Run<unknown>>;
  /**
   * Deletes runs that have ended: records, events and blobs; what they spent goes on counting. Viewers that are watching
   * keep what they have seen until they load again. Ids of runs that another program recorded may be among them.
   *
   * @returns what was deleted, and what was not and why: `RUN_NOT_FOUND`, `RUN_NOT_ENDED`, `LEASE_HELD` while a process
   * works on it
   */
  delete(runIds: Iterable<string>, options?: DeleteOptions): Promise<DeletionReport>;
  /** A run in this process that is not over; one that waits parked is told too. */
  get(runId: string): Run<unknown> | undefined;
  /**
   * Lets go of every run without ending it: {@link Orchestrator.recover} takes it up again. Their results reject with
   * `SHUTTING_DOWN`.
   */
  close(): Promise<void>;
}

/** Options of the run that was forked from apply where none are given here. */
export interface ForkOptions extends RunOptions {
  /** Fields of the state to replace, whatever their reducers do; all that follows the checkpoint sees them. */
  readonly patch?: object;
  /** Needed where the run's name is not registered. */
  readonly graph?: GraphSource;
}
