import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { JsonObject } from '../../lib/json.js';
import { assertJson } from '../run/payload.js';
import type { Store, StoredRun } from '../../log/store.js';
import { checkpointsOf, diffStates, findCheckpoint } from './checkpoints.js';
import type { Checkpoint, FieldChange } from './checkpoints.js';
import type { CompiledGraph } from '../graph/compiled-graph.js';
import { planFork } from './fork.js';
import type { Fork } from './fork.js';
import type { Registry } from './registry.js';
import { readHistory } from './run-history.js';
import type { RunHistory } from './run-history.js';
import type { RunBeginning } from './run-record.js';
import { RUN_BEGIN, RUN_END } from './run-record.js';

/** A run as its record tells, whether it is over or not. */
export interface PastRun {
  readonly runId: string;
  /** Name under which it was started. */
  readonly name: string;
  /** How it ended; `undefined` while it has not. */
  readonly ended: string | undefined;
  /** Milliseconds since the epoch; of its end in records that do not hold it, of its beginning where that is known. */
  readonly endedAt: number | undefined;
  readonly forkOf: { readonly runId: string; readonly checkpointId: string } | undefined;
}

/** Reads the records of runs. Graphs are found by the name that a run was started under, unless they are given. */
export interface PastRuns {
  list(): Promise<readonly PastRun[]>;
  /** @throws FleetglassError `RUN_NOT_FOUND`, `NOT_FOUND`, `BAD_INPUT` for a run without a graph, `GRAPH_INVALID` */
  history(runId: string, graph?: GraphSource): Promise<readonly Checkpoint[]>;
  /** What changed in the state from one checkpoint to another of the same run. */
  diff(runId: string, from: string, to: string, graph?: GraphSource): Promise<readonly FieldChange[]>;
  fork(
    runId: string,
    checkpointId: string,
    patch: object | undefined,
    graph?: GraphSource,
  ): Promise<{ readonly graph: CompiledGraph; readonly beginning: RunBeginning; readonly fork: Fork }>;
}

/** A graph that can be compiled: a {@link StateGraph}. */
export interface GraphSource {
  compile(): CompiledGraph;
}

export function createPastRuns(store: Store, registry: Registry): PastRuns {
  const open = async (
    runId: string,
    given: GraphSource | undefined,
  ): Promise<{
    readonly stored: StoredRun;
    readonly history: RunHistory & { readonly beginning: RunBeginning };
    readonly graph: CompiledGraph;
  }> => {
    const stored = await store.load(runId);
    const history = stored && readHistory(stored);
    const beginning = history?.beginning;
    if (!stored || !beginning) {
      throw new FleetglassError(
        'RUN_NOT_FOUND',
        `There is no record of a run '${runId}': list the runs to see their ids.`,
      );
    }
    const source = given ?? registeredGraph(beginning, runId);
    return { stored, history: { ...history, beginning }, graph: source.compile() };
  };

  const registeredGraph = ({ name, kind, args, input }: RunBeginning, runId: string): GraphSource => {
    const made = kind === 'graph' ? registry.make(name, args ?? input) : undefined;
    if (made && 'graph' in made) return made.graph;
    throw new FleetglassError(
      'BAD_INPUT',
      `Run '${runId}' executes a function; only runs of graphs have checkpoints to look at or to fork from.`,
    );
  };

  const history: PastRuns['history'] = async (runId, given) => {
    const { graph, history: read } = await open(runId, given);
    return checkpointsOf(graph, read, await store.ledger({ runId }));
  };

  return {
    async list() {
      const runs: PastRun[] = [];
      for (const runId of await store.listRuns()) {
        const begun = await store.load(runId, { prefix: RUN_BEGIN });
        const beginning = begun && readHistory(begun).beginning;
        if (!beginning) continue;
        const ending = await store.load(runId, { prefix: RUN_END });
        const end = ending?.records[0]?.value as
          { readonly status?: string; readonly time?: number } | undefined;
        runs.push({
          runId,
          name: beginning.name,
          ended: end?.status,
          endedAt: end && (end.time ?? beginning.startedAt),
          forkOf: beginning.forkOf,
        });
      }
      return runs;
    },
    history,
    async diff(runId, from, to, given) {
      const checkpoints = await history(runId, given);
      return diffStates(
        findCheckpoint(checkpoints, from, runId).state,
        findCheckpoint(checkpoints, to, runId).state,
      );
    },
    async fork(runId, checkpointId, patch, given) {
      if (patch) assertJson(patch, 'The patch of a fork');
      const { stored, history: read, graph } = await open(runId, given);
      const fork = await planFork(graph, stored, read, checkpointId, patch as JsonObject | undefined);
      return { graph, beginning: read.beginning, fork };
    },
  };
}
