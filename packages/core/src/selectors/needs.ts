import { isFinal } from '../model/status.js';
import type { ApprovalState, FleetState, RunState } from '../projection/state.js';
import { changesBetween } from '../projection/table.js';
import { selectAnswerable, selectPendingApprovals } from './decisions.js';
import { createKeep } from './keep.js';

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
  const { runs, alerts, approvals } = state;
  const isAsLooked =
    looked?.alerts === alerts &&
    looked.approvals === approvals &&
    looked.failedSince === failedSince &&
    looked.now === now;
  if (looked && isAsLooked) {
    const { mayNeed } = looked;
    const changes = changesBetween(looked.runs, runs);
    if (changes?.every(({ before, after }) => !mayNeed(before) && !mayNeed(after))) {
      looked = { ...looked, runs };
      return looked.needs;
    }
  }
  const asked = { failedSince, now, stuck: stuckRuns(state) };
  const needs = keepNeeds('', findNeeds(state, asked));
  looked = { runs, alerts, approvals, failedSince, now, mayNeed: concernOf(state, asked), needs };
  return needs;
}

interface Asked {
  readonly failedSince: number;
  readonly now: number;
  readonly stuck: ReadonlyMap<string, { readonly raisedAt: number; readonly message: string }>;
}

/** What was found last; it stays while only runs change that need nobody, before and after. */
let looked:
  | (Pick<FleetState, 'runs' | 'alerts' | 'approvals'> &
      Omit<Asked, 'stuck'> & {
        readonly mayNeed: (run: RunState | undefined) => boolean;
        readonly needs: readonly Need[];
      })
  | undefined;

/** Whether a run may be among the needs, as long as alerts and approvals stay as they are. */
function concernOf(state: FleetState, { failedSince, now, stuck }: Asked): (run?: RunState) => boolean {
  const asking = new Set(selectPendingApprovals(state).map(({ runId }) => runId));
  return (run) => {
    if (!run || run.source !== undefined) return false;
    if (asking.has(run.id) || stuck.has(run.id)) return true;
    if (isFinal(run.status)) return run.statusSince >= failedSince;
    return run.status === 'paused' || now - run.lastEventAt >= SILENT_MS;
  };
}

function findNeeds(state: FleetState, { failedSince, now, stuck }: Asked): readonly Need[] {
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
  return needs;
}

function stuckRuns({ alerts }: FleetState): ReadonlyMap<string, { raisedAt: number; message: string }> {
  const stuck = new Map<string, { raisedAt: number; message: string }>();
  for (const { rule, status, runId, raisedAt, message } of alerts.values()) {
    if (rule === STUCK_RULE && status !== 'resolved' && runId !== undefined)
      stuck.set(runId, { raisedAt, message });
  }
  return stuck;
}
