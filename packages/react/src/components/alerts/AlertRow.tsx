'use client';

import { isFinal } from '@fleetglass/core/client';
import type { AlertState, RunState } from '@fleetglass/core/client';
import { memo, useRef } from 'react';
import type { CSSProperties, ReactElement, RefObject } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAcknowledge } from '../../hooks/useAcknowledge.js';
import { useAlert } from '../../hooks/useAlerts.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useNow } from '../../hooks/useNow.js';
import { plainText } from '../../lib/plain-text.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import { ApprovalFacts } from '../approvals/ApprovalFacts.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { SeverityBadge } from './SeverityBadge.js';
import { alertsLabels } from './alerts-labels.js';

export interface AlertRowProps {
  readonly alertKey: string;
  /** Asked to show what the alert is about; without it there is no such button. */
  readonly onOpen?: ((alert: AlertState) => void) | undefined;
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
  onOpen,
}: AlertRowProps): ReactElement | null {
  const alert = useAlert(alertKey);
  const run = useRunPart(alert?.runId ?? '', selectRun);
  const isOpen = alert !== undefined && alert.status !== 'resolved' && run?.isOver !== true;
  const now = useNow(isOpen);
  const { canAcknowledge, acknowledge, feedback } = useAcknowledge(alert);
  const row = useRef<HTMLLIElement>(null);
  const { labels, format } = useTexts();
  if (!alert) return null;
  const words = labels(alertsLabels);
  const { rule, severity, status, raisedAt, agentId, details, by } = alert;
  const message = plainText(alert.message);
  const name = Object.hasOwn(words.rules, rule) ? words.rules[rule] : plainText(rule);
  const changed = changedAt === undefined ? '' : format.dateTime(changedAt);
  const about = [name, showRun ? plainText(run?.name) : undefined, plainText(agentId)].filter(Boolean);
  const isAnswered = canAcknowledge && feedback.phase !== 'idle';
  return (
    <li
      ref={row}
      className="fg-alert"
      tabIndex={-1}
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
        {isAnswered ? <CommandFeedbackLine feedback={feedback} /> : null}
        <p className="fg-notes" hidden={isAnswered && place !== undefined}>
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
            <AcknowledgeButton
              label={words.acknowledgeThis(message)}
              row={row}
              onPress={() => void acknowledge()}
            />
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

/** Where it had the focus when it goes, the row has it then, or the list that the row has left. */
function AcknowledgeButton({
  label,
  row,
  onPress,
}: {
  readonly label: string;
  readonly row: RefObject<HTMLLIElement | null>;
  readonly onPress: () => void;
}): ReactElement {
  const { labels } = useTexts();
  const button = useRef<HTMLButtonElement>(null);
  useBrowserLayoutEffect(() => {
    const [element, item] = [button.current, row.current];
    return () => {
      if (element?.ownerDocument.activeElement !== element) return;
      const list = item?.parentElement;
      // Once everything stands where it belongs: what is moved loses the focus.
      queueMicrotask(() => (item?.isConnected ? item : list)?.focus({ preventScroll: true }));
    };
  }, [row]);
  return (
    <button ref={button} type="button" className="fg-button" aria-label={label} onClick={onPress}>
      {labels(alertsLabels).acknowledge}
    </button>
  );
}
