import type { WorkStatus } from '../model/status.js';
import { isFinal } from '../model/status.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { UsageTotals } from '../model/usage.js';
import type { ApprovalState, FleetState, RunState } from '../projection/state.js';
import { selectAnswerable } from './decisions.js';
import { createKeep } from './keep.js';
import { rowsOf, selectRunCounts } from './runs.js';

/** How much of what there is. */
export interface FleetCounts {
  /** By status; a status that no run has is absent. */
  readonly runs: { readonly [S in WorkStatus]?: number };
  readonly allRuns: number;
  readonly openRuns: number;
  /** Agents of runs that are not over. */
  readonly agents: number;
  readonly activeAgents: number;
}

const keepCounts = createKeep<FleetCounts>();

/** Runs by status, and the agents that work in them. The same object while no count changes. */
export function selectFleetCounts(state: FleetState): FleetCounts {
  let [openRuns, agents, activeAgents] = [0, 0, 0];
  for (const run of state.runs.values()) {
    if (isFinal(run.status)) continue;
    openRuns += 1;
    for (const agent of rowsOf(run.agents, state.agents)) {
      agents += 1;
      if (agent.status === 'active') activeAgents += 1;
    }
  }
  const runs = selectRunCounts(state);
  return keepCounts('', { runs, allRuns: state.runs.size, openRuns, agents, activeAgents });
}

const keepUsage = createKeep<UsageTotals>();

/** Tokens of all runs that the state holds. The same object while none is added. */
export function selectFleetUsage(state: FleetState): UsageTotals {
  let sum = ZERO_USAGE;
  for (const { totals } of state.runs.values()) sum = addUsage(sum, totals.usage);
  return keepUsage('', sum);
}

/** Something that does not go on before a person looked at it. */
export interface Need {
  readonly kind: 'approval' | 'budget' | 'stuck' | 'failed' | 'stopped';
  readonly key: string;
  readonly runId: string;
  readonly runName: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The question, the error or the agent; absent where nothing was said. */
  readonly text: string | undefined;
  readonly approvalId: string | undefined;
}

/** A run that tells nothing for so long is stuck; as the alert rule has it. */
const SILENT_MS = 600_000;
const STUCK_RULE = 'stuck-agent';

const keepNeed = createKeep<Need>();
const keepNeeds = createKeep<readonly Need[]>();

/**
 * What waits for a person, the most urgent first: questions, runs that paused at a limit, runs that are stuck (an open
 * alert says so, or nothing was heard of them for ten minutes), then runs that failed or were stopped since a moment,
 * the newest first. Recordings need nobody. The same array while nothing in it changes.
 *
 * @param failedSince how far back a failure is news, in milliseconds since the epoch
 */
export function selectNeeds(state: FleetState, failedSince: number, now: number): readonly Need[] {
  const needs: Need[] = [];
  const add = (
    kind: Need['kind'],
    run: RunState,
    since: number,
    text: string | undefined,
    approval?: ApprovalState,
  ): void => {
    const approvalId = approval?.approvalId;
    const key = `${kind} ${run.id} ${approvalId ?? ''}`;
    needs.push(keepNeed(key, { kind, key, runId: run.id, runName: run.name, since, text, approvalId }));
  };
  const asking = new Set<string>();
  for (const approval of selectAnswerable(state)) {
    const run = state.runs.get(approval.runId ?? '');
    if (!run) continue;
    asking.add(run.id);
    add('approval', run, approval.requestedAt, approval.title, approval);
  }
  const open: RunState[] = [];
  const ended: RunState[] = [];
  for (const run of state.runs.values()) {
    if (run.source !== undefined || asking.has(run.id)) continue;
    if (!isFinal(run.status)) open.push(run);
    else if (run.statusSince >= failedSince) ended.push(run);
  }
  for (const run of open) {
    if (run.status === 'paused' && run.reason === 'budget') add('budget', run, run.statusSince, run.message);
  }
  const stuck = stuckRuns(state);
  for (const run of open) {
    if (run.status !== 'running') continue;
    const alert = stuck.get(run.id);
    if (alert) add('stuck', run, alert.raisedAt, alert.message);
    else if (now - run.lastEventAt >= SILENT_MS) add('stuck', run, run.lastEventAt, undefined);
  }
  ended.sort((a, b) => b.statusSince - a.statusSince);
  for (const kind of ['failed', 'stopped'] as const) {
    for (const run of ended) {
      if (run.status === kind) add(kind, run, run.statusSince, run.error?.message ?? run.message);
    }
  }
  return keepNeeds('', needs);
}

function stuckRuns({ alerts }: FleetState): ReadonlyMap<string, { raisedAt: number; message: string }> {
  const stuck = new Map<string, { raisedAt: number; message: string }>();
  for (const { rule, status, runId, raisedAt, message } of alerts.values()) {
    if (rule === STUCK_RULE && status !== 'resolved' && runId !== undefined)
      stuck.set(runId, { raisedAt, message });
  }
  return stuck;
}
