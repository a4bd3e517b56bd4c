'use client';

import { isFinal } from '@fleetglass/core/client';
import type { AlertState, RunState } from '@fleetglass/core/client';
import { memo } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAlert } from '../../hooks/useAlerts.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useNow } from '../../hooks/useNow.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { plainText } from '../../lib/plain-text.js';
import { ApprovalFacts } from '../approvals/ApprovalFacts.js';
import { SeverityBadge } from './SeverityBadge.js';
import { alertsLabels } from './alerts-labels.js';

/** What a list of alerts asks its host for. */
export interface AlertActions {
  /** Asked to take an alert on; without it there is no such button. */
  readonly onAcknowledge?: ((alert: AlertState) => void) | undefined;
  /** Asked to show what an alert is about. */
  readonly onOpen?: ((alert: AlertState) => void) | undefined;
}

export interface AlertRowProps extends AlertActions {
  readonly alertKey: string;
  /** When it was acknowledged or resolved, where that has been read. */
  readonly changedAt: number | undefined;
  readonly showRun: boolean;
  /** A row of known height in a virtual list: shows no facts. */
  readonly place:
    { readonly style: CSSProperties; readonly index: number; readonly size: number } | undefined;
}

const selectRun = ({ name, status }: RunState) => ({ name, isOver: isFinal(status) });

/** One alert. Renders again when it changes, and each second while it is open. */
export const AlertRow = memo(function AlertRow({
  alertKey,
  changedAt,
  showRun,
  place,
  onAcknowledge,
  onOpen,
}: AlertRowProps): ReactElement | null {
  const alert = useAlert(alertKey);
  const run = useRunPart(alert?.runId ?? '', selectRun);
  const isOpen = alert !== undefined && alert.status !== 'resolved' && run?.isOver !== true;
  const now = useNow(isOpen);
  const replaying = useIsReplaying();
  const { labels, format } = useTexts();
  if (!alert) return null;
  const words = labels(alertsLabels);
  const { rule, severity, status, raisedAt, agentId, details, by } = alert;
  const message = plainText(alert.message);
  const name = Object.hasOwn(words.rules, rule) ? words.rules[rule] : plainText(rule);
  const changed = changedAt === undefined ? '' : format.dateTime(changedAt);
  const about = [name, showRun ? plainText(run?.name) : undefined, plainText(agentId)].filter(Boolean);
  const canAcknowledge = onAcknowledge !== undefined && status === 'raised' && !replaying;
  return (
    <li
      className="fg-alert"
      data-state={status}
      data-severity={severity}
      style={place?.style}
      aria-setsize={place?.size}
      aria-posinset={place && place.index + 1}
    >
      <SeverityBadge severity={severity} />
      <div className="fg-lines">
        <p className="fg-clamp fg-alert-message" title={place ? message : undefined}>
          {message}
        </p>
        <p className="fg-notes">
          {about.map((part) => (
            <span key={part}>{part}</span>
          ))}
          <time dateTime={format.machineTime(raisedAt)} title={format.dateTime(raisedAt)}>
            {isOpen
              ? words.since(format.shortTime(raisedAt), format.duration(now - raisedAt))
              : words.raised(format.dateTime(raisedAt))}
          </time>
          {status === 'acknowledged' ? (
            <span>
              {by ? words.acknowledgedBy(plainText(by.name ?? by.id), changed) : words.acknowledged(changed)}
            </span>
          ) : null}
          {status === 'resolved' ? <span>{words.resolved(changed)}</span> : null}
        </p>
        {details && !place ? <ApprovalFacts details={details} /> : null}
      </div>
      {canAcknowledge || onOpen ? (
        <div className="fg-buttons">
          {canAcknowledge ? (
            <button
              type="button"
              className="fg-button"
              aria-label={words.acknowledgeThis(message)}
              onClick={() => onAcknowledge(alert)}
            >
              {words.acknowledge}
            </button>
          ) : null}
          {onOpen ? (
            <button
              type="button"
              className="fg-button"
              aria-label={words.openThis(message)}
              onClick={() => onOpen(alert)}
            >
              {words.open}
            </button>
          ) : null}
        </div>
      ) : null}
    </li>
  );
});
