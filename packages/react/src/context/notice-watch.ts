import { alertKey, changesBetween, isFinal, selectAnswerable } from '@fleetglass/core/client';
import type { AlertState, ApprovalState, FleetState, RunState, Table } from '@fleetglass/core/client';
import type { SnapshotHub } from './snapshot-hub.js';

/** Something that a person should hear of. */
export type Notice =
  | { readonly kind: 'alert'; readonly key: string; readonly alert: AlertState }
  | { readonly kind: 'approval'; readonly key: string; readonly approval: ApprovalState }
  | { readonly kind: 'runEnd'; readonly key: string; readonly run: RunState };

/** Tells of each new alert, approval and end of a run once. */
export interface NoticeWatch {
  /** @returns a function that ends it */
  readonly subscribe: (listener: (notice: Notice) => void) => () => void;
}

/** What has been told already, or was there before anybody listened. */
interface Seen {
  readonly alerts: ReadonlySet<string>;
  readonly approvals: ReadonlySet<string>;
  readonly state: FleetState;
}

/**
 * Watches the present, also while the past is shown, while someone listens. What the first state holds is not news, and
 * neither is what a log holds that was begun anew; what came while the connection was lost is. It is told by the
 * monitor itself and waits for no frame, so that a hidden tab hears of it too.
 */
export function createNoticeWatch(hub: SnapshotHub): NoticeWatch {
  const listeners = new Set<(notice: Notice) => void>();
  const channel = hub.channel(0);
  let seen: Seen | undefined;
  let restarted: object | undefined;
  let leave: (() => void) | undefined;

  const look = (): void => {
    const snapshot = channel.getSnapshot();
    if (!snapshot.ready || snapshot.live === seen?.state) return;
    const beganAnew = snapshot.restarted !== restarted && snapshot.restarted?.reason === 'epoch';
    restarted = snapshot.restarted;
    const notices: Notice[] = [];
    seen = compare(snapshot.live, beganAnew ? undefined : seen, notices);
    for (const notice of notices) for (const listener of [...listeners]) tell(listener, notice);
  };

  return {
    subscribe(listener) {
      const entry = (notice: Notice): void => listener(notice);
      listeners.add(entry);
      if (!leave) {
        leave = channel.subscribe(look);
        look();
      }
      return () => {
        listeners.delete(entry);
        // React's StrictMode leaves and returns within one task; nothing can be missed in between.
        queueMicrotask(() => {
          if (listeners.size > 0 || !leave) return;
          leave();
          leave = undefined;
          seen = undefined;
        });
      };
    },
  };
}

/** A listener that throws keeps nobody else from hearing of it. */
function tell(listener: (notice: Notice) => void, notice: Notice): void {
  try {
    listener(notice);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** What is in `state`; what was not in `last` is added to `notices`. */
function compare(state: FleetState, last: Seen | undefined, notices: Notice[]): Seen {
  const seen = {
    state,
    alerts: last?.state.alerts === state.alerts ? last.alerts : compareAlerts(state, last, notices),
    approvals:
      last?.state.approvals === state.approvals ? last.approvals : compareApprovals(state, last, notices),
  };
  if (last) compareRuns(state.runs, last.state.runs, notices);
  return seen;
}

function compareAlerts({ alerts }: FleetState, last: Seen | undefined, notices: Notice[]): Set<string> {
  const keys = new Set<string>();
  for (const alert of alerts.values()) {
    // One that is raised again under the same id is another one.
    const key = `${alertKey(alert)} ${alert.raisedAt}`;
    keys.add(key);
    if (last && !last.alerts.has(key) && alert.status === 'raised')
      notices.push({ kind: 'alert', key, alert });
  }
  return keys;
}

function compareApprovals(state: FleetState, last: Seen | undefined, notices: Notice[]): Set<string> {
  const keys = new Set<string>();
  for (const approval of selectAnswerable(state)) {
    const key = `${approval.runId ?? ''}/${approval.approvalId} ${approval.requestedAt}`;
    keys.add(key);
    if (last && !last.approvals.has(key)) notices.push({ kind: 'approval', key, approval });
  }
  return keys;
}

/** Of very many runs only those are looked at that changed; in a state that was fetched anew any may have. */
function compareRuns(runs: Table<RunState>, last: Table<RunState>, notices: Notice[]): void {
  const changed = changesBetween(last, runs)?.map(({ after }) => after) ?? runs.values();
  for (const run of changed) {
    if (!run || !isFinal(run.status)) continue;
    const before = last.get(run.id);
    if (!before || !isFinal(before.status)) notices.push({ kind: 'runEnd', key: `${run.id} end`, run });
  }
}
