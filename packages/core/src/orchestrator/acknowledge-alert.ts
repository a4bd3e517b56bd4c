import { FleetglassError } from '../errors/fleetglass-error.js';
import type { Clock } from '../lib/clock.js';
import type { EventLog } from '../log/fleet-host.js';
import type { Store } from '../log/store.js';
import { itemKey } from '../projection/keys.js';
import type { FleetState } from '../projection/state.js';
import type { Filter } from '../protocol/filter.js';
import type { Actor } from '../protocol/payload.js';
import { draftEvent } from './run/event-draft.js';

/** What acknowledging an alert needs. */
export interface AlertLog {
  readonly store: Store;
  /** Says how the alert stands. */
  readonly log: EventLog;
  readonly clock: Clock;
}

/**
 * Writes down that a person has taken an alert on. Its event is named after the raising that it answers, so that of
 * several answers, also of several processes, the first one counts and the others change nothing.
 *
 * @throws FleetglassError `ALERT_NOT_FOUND` when it is unknown or resolved, `FORBIDDEN` when its run is a recording
 */
export async function acknowledgeAlert(
  { store, log, clock }: AlertLog,
  alertId: string,
  runId: string | undefined,
  by: Actor | undefined,
): Promise<void> {
  const key = itemKey(runId, alertId);
  const stateFor = async (filter: Filter): Promise<FleetState> =>
    (await log.stateAt(store.head(), filter)).state;
  let state = await stateFor({});
  // What the whole state has forgotten of a run is still in the run's own.
  if (runId !== undefined && !state.alerts.has(key)) state = await stateFor({ runId });
  const alert = state.alerts.get(key);
  if (!alert)
    throw new FleetglassError(
      'ALERT_NOT_FOUND',
      `There is no alert '${alertId}' here: look at the present alerts.`,
    );
  if (runId !== undefined && state.runs.get(runId)?.source !== undefined) {
    throw new FleetglassError(
      'FORBIDDEN',
      `Run '${runId}' is a recording, which can be watched and not answered: look for the live run.`,
    );
  }
  if (alert.status === 'resolved') {
    throw new FleetglassError(
      'ALERT_NOT_FOUND',
      `What alert '${alertId}' told of is over already: look at the present alerts.`,
    );
  }
  if (alert.status === 'acknowledged') return;
  const { threadId, agentId, taskId, raisedAt } = alert;
  const scope = {
    ...(runId === undefined ? {} : { runId }),
    ...(threadId === undefined ? {} : { threadId }),
    ...(agentId === undefined ? {} : { agentId }),
    ...(taskId === undefined ? {} : { taskId }),
  };
  const data = by === undefined ? { alertId } : { alertId, by };
  const draft = draftEvent('alert.acknowledged', data, scope, clock.now());
  await store.append([{ ...draft, id: `alert/${key}:acknowledged:${raisedAt}` }], { dedupe: true });
}
