import { FleetglassError, isFleetglassError } from '../../errors/fleetglass-error.js';
import type { JsonObject } from '../../lib/json.js';
import type { Lease, Store } from '../../log/store.js';
import type { LiveRuns } from '../run/live-runs.js';
import type { RecoveryReport } from '../orchestrator.js';
import { resumeRun } from './recovery.js';
import type { Registry } from './registry.js';
import type { RunControl } from '../run/run-control.js';
import { readHistory } from './run-history.js';
import type { Run } from '../run/run-options.js';
import type { ParkedRecord, RunBeginning } from './run-record.js';
import { RUN_BEGIN, RUN_END, RUN_PARKED } from './run-record.js';
import type { OnEnd, RunPlan, RunSurroundings, Work } from '../run/start-run.js';
import { budgetsOf } from '../run/start-run.js';

export interface TakeUpOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly live: LiveRuns;
  readonly withLease: <T>(runId: string, use: (lease: Lease) => Promise<T>) => Promise<T>;
  readonly surroundings: (threadId: string | undefined) => Promise<RunSurroundings>;
  readonly now: () => number;
  readonly onStart: (run: RunControl) => void;
  readonly onEnd: OnEnd;
}

/** Brings runs back to memory that another process, or a former life of this one, left unfinished. */
export interface TakeUp {
  /** @returns `undefined` when it is over, or was never begun with checkpoints */
  run(runId: string): Promise<Run<unknown> | undefined>;
  /** All that are not over, but for those that wait for people: these are taken up when somebody decides. */
  all(): Promise<TakeUpReport>;
}

export interface TakeUpReport extends RecoveryReport {
  /** Runs whose lease another owner holds. */
  readonly held: readonly string[];
}

export function createTakeUp(options: TakeUpOptions): TakeUp {
  const { store, registry, live } = options;
  /** Two who want the same run at the same time get the same one. */
  const underWay = new Map<string, Promise<Run<unknown> | undefined>>();

  const planOf = (runId: string, beginning: RunBeginning): RunPlan => {
    const made = registry.make(beginning.name, beginning.args ?? beginning.input);
    const work: Work =
      'graph' in made
        ? { kind: 'graph', graph: made.graph.compile(), input: beginning.input as JsonObject }
        : { kind: 'function', fn: made.run };
    return {
      id: runId,
      name: beginning.name,
      work,
      options: beginning.options,
      parks: true,
      ...(beginning.args === undefined ? {} : { args: beginning.args }),
    };
  };

  const isOpen = async (runId: string): Promise<boolean> => {
    const ending = await store.load(runId, { prefix: RUN_END });
    return ending !== undefined && ending.records.length === 0;
  };

  const resume = async (runId: string): Promise<Run<unknown> | undefined> => {
    if (!(await isOpen(runId))) return undefined;
    const first = await store.load(runId, { prefix: RUN_BEGIN });
    if (!first || !readHistory(first).beginning) return undefined;
    return options.withLease(runId, async (lease) => {
      // Read under the lease: nobody else writes now.
      const stored = await store.load(runId);
      const history = stored && readHistory(stored);
      if (!history?.beginning || history.ended) {
        await store.releaseLease(lease);
        return undefined;
      }
      const plan = planOf(runId, history.beginning);
      const around = await options.surroundings(plan.options.threadId);
      const budgets = budgetsOf(plan, around.shared);
      const ledger = await store.ledger({ runId });
      const { onStart, onEnd } = options;
      const control = resumeRun(plan, history, around, lease, budgets, ledger, onStart, onEnd);
      const handle = live.track(runId, control);
      await control;
      return handle;
    });
  };

  const run = (runId: string): Promise<Run<unknown> | undefined> => {
    let taking = underWay.get(runId);
    if (!taking) {
      taking = resume(runId).finally(() => underWay.delete(runId));
      underWay.set(runId, taking);
    }
    return taking;
  };

  /** Whether the run is parked; it is watched then for its first expiry. */
  const isParked = async (runId: string): Promise<boolean> => {
    const stored = await store.load(runId, { prefix: RUN_PARKED });
    const [record] = stored?.records ?? [];
    if (!record || record.value === null) return false;
    const { wakeAt } = record.value as ParkedRecord;
    if (wakeAt !== undefined && wakeAt <= options.now()) return false;
    if (wakeAt !== undefined) live.wakeAt(runId, wakeAt);
    return true;
  };

  return {
    run,
    async all() {
      const resumed: Run<unknown>[] = [];
      const refused: { runId: string; error: FleetglassError }[] = [];
      const held: string[] = [];
      for (const runId of await store.listRuns()) {
        if (live.has(runId)) continue;
        try {
          if (!(await isOpen(runId)) || (await isParked(runId))) continue;
          const taken = await run(runId);
          if (taken) resumed.push(taken);
        } catch (error) {
          if (isFleetglassError(error, 'LEASE_HELD')) held.push(runId);
          else refused.push({ runId, error: asRefusal(runId, error) });
        }
      }
      return { resumed, refused, held };
    },
  };
}

function asRefusal(runId: string, error: unknown): FleetglassError {
  if (isFleetglassError(error)) return error;
  return new FleetglassError('INTERNAL', `Run '${runId}' could not be taken up.`, { cause: error });
}
