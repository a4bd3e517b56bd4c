import type { CostTotals } from '../model/cost.js';
import { isFinal } from '../model/status.js';
import type { WorkStatus } from '../model/status.js';
import type { UsageTotals } from '../model/usage.js';
import type { FleetState, RunState, TaskState } from '../projection/state.js';
import type { Complexity } from '../protocol/events/task.js';
import { ANALYST } from './builtin-roles.js';

/** What one step of a finished run used. */
export interface FinishedStep {
  readonly role: string;
  readonly status: WorkStatus;
  readonly complexity?: Complexity;
  readonly modelCalls: number;
  /** Of all its calls, attempts that failed included. */
  readonly usage: UsageTotals;
  readonly cost: CostTotals;
}

/** What a finished run came to. */
export interface FinishedRun {
  readonly runId: string;
  readonly name: string;
  readonly status: WorkStatus;
  readonly type?: string;
  readonly complexity?: Complexity;
  readonly cost: CostTotals;
  readonly usage: UsageTotals;
  /** Milliseconds from start to end. */
  readonly durationMs: number;
  readonly steps: readonly FinishedStep[];
}

/** Whether an ANALYST worked on it. */
export function hadAnalyst({ steps }: FinishedRun): boolean {
  return steps.some(({ role, status }) => role === ANALYST && status !== 'skipped');
}

function readStep({ role, status, complexity, totals }: TaskState): FinishedStep[] {
  if (role === undefined) return [];
  const { modelCalls, usage, cost } = totals;
  return [{ role, status, modelCalls, usage, cost, ...(complexity === undefined ? {} : { complexity }) }];
}

function readRun(state: FleetState, run: RunState): FinishedRun {
  const tasks = run.tasks.slice(0).flatMap((key) => state.tasks.get(key) ?? []);
  const typed = tasks.find(({ type }) => type !== undefined);
  const graded = tasks.find(({ complexity }) => complexity !== undefined);
  const endedAt = run.endedAt ?? run.lastEventAt;
  return {
    runId: run.id,
    name: run.name,
    status: run.status,
    cost: run.totals.cost,
    usage: run.totals.usage,
    durationMs: Math.max(0, endedAt - (run.startedAt ?? run.createdAt)),
    steps: tasks.flatMap(readStep),
    ...(typed?.type === undefined ? {} : { type: typed.type }),
    ...(graded?.complexity === undefined ? {} : { complexity: graded.complexity }),
  };
}

/** The finished runs of a fleet that had steps with roles: what a planner learns from. */
export function finishedRuns(state: FleetState): readonly FinishedRun[] {
  const finished: FinishedRun[] = [];
  for (const run of state.runs.values()) {
    if (!isFinal(run.status)) continue;
    const read = readRun(state, run);
    if (read.steps.length > 0) finished.push(read);
  }
  return finished;
}
