import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json, JsonObject } from '../../lib/json.js';
import type { RecordWrite, StoredRun } from '../../log/store.js';
import { FIRST_CHECKPOINT, findCheckpoint, walk } from './checkpoints.js';
import { choose, decodeChoices, encodeChoices } from '../graph/choices.js';
import type { CompiledGraph } from '../graph/compiled-graph.js';
import { CALL_PREFIX, readCallKey } from '../calls/recorded-calls.js';
import { readHistory } from './run-history.js';
import type { GraphRecord, RunHistory } from './run-history.js';
import { OUTCOME_PREFIX } from './run-record.js';
import type { RunBeginning, TaskOutcome } from './run-record.js';

/** What a new run takes over from an older one. */
export interface Fork {
  readonly of: { readonly runId: string; readonly checkpointId: string };
  readonly record: GraphRecord;
  /** The same as records of the new run. */
  readonly writes: readonly RecordWrite[];
}

/**
 * Takes what a run had done at a checkpoint. `patch` replaces fields of the state that everything after the
 * checkpoint's task sees, and its conditional edges choose anew. Results of all recorded calls come along: a task that
 * makes the same call with the same request again gets them without paying. Decisions of people do not: what they agreed
 * to was another run, and they may fork to decide otherwise.
 *
 * @throws FleetglassError `NOT_FOUND` for an unknown checkpoint, `BAD_INPUT` for a patch of a failed task, `GRAPH_INVALID` when the graph is another
 */
export async function planFork(
  graph: CompiledGraph,
  source: StoredRun,
  history: RunHistory & { readonly beginning: RunBeginning },
  checkpointId: string,
  patch: JsonObject | undefined,
): Promise<Fork> {
  const { runId } = source;
  const { beginning } = history;
  const records = source.records.filter(({ key }) => !isDecision(key));
  const { calls } = readHistory({ ...source, records });
  const outcomes = new Map<string, TaskOutcome>();
  let input = beginning.input as JsonObject;
  let chosen = decodeChoices(graph, beginning.chosen);
  if (checkpointId === FIRST_CHECKPOINT) {
    if (patch) {
      input = { ...input, ...patch };
      chosen = await choose(graph, graph.start, input);
    }
  } else {
    const steps = walk(graph, history);
    const last = findCheckpoint(steps, checkpointId, runId);
    for (const { id, outcome } of steps.slice(0, steps.indexOf(last) + 1)) outcomes.set(id, outcome);
    if (patch && last.outcome.failed) {
      throw new FleetglassError(
        'BAD_INPUT',
        `Task '${checkpointId}' failed and wrote nothing; fork from a checkpoint before it to change the state.`,
      );
    }
    if (patch) {
      const patched = { ...last.outcome.patch, ...patch };
      const anew = await choose(graph, last.node, { ...last.state, ...patch });
      outcomes.set(last.id, {
        ...last.outcome,
        patch: patched,
        ...(anew.length > 0 ? { chosen: encodeChoices(graph, anew) } : {}),
      });
    }
  }
  return {
    of: { runId, checkpointId },
    record: { input, chosen, outcomes, calls },
    writes: [
      ...[...outcomes].map(([id, outcome]) => ({ key: OUTCOME_PREFIX + id, value: outcome as Json })),
      ...records.filter(({ key }) => key.startsWith(CALL_PREFIX)).map(({ key, value }) => ({ key, value })),
    ],
  };
}

function isDecision(key: string): boolean {
  return readCallKey(key)?.path.startsWith('approve/') ?? false;
}
