'use client';

import type { HealthStatus, McpStatus, SystemPart } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import type { SystemView } from '../../hooks/useSystem.js';
import { plainText } from '../../lib/plain-text.js';
import { SeverityShape } from '../alerts/SeverityBadge.js';
import { ApprovalFacts } from '../approvals/ApprovalFacts.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { StatusShape } from '../status/StatusShape.js';
import { systemLabels } from './system-labels.js';

type PartStatus = HealthStatus | McpStatus;

/** Which tone and shape a status has. */
const LOOKS = {
  ok: 'completed',
  connected: 'completed',
  degraded: 'warning',
  disconnected: 'offline',
  down: 'failed',
  failed: 'failed',
  unknown: 'idle',
} as const satisfies { readonly [S in PartStatus]: string };

const isWell = ({ status }: SystemPart<PartStatus>): boolean => LOOKS[status] === 'completed';

/** How many need a look, for the note beside a heading. */
export function partsNote(
  parts: readonly SystemPart<PartStatus>[],
  { labels, format }: Texts,
): string | undefined {
  if (parts.length === 0) return undefined;
  const words = labels(systemLabels);
  const wrong = parts.filter((part) => !isWell(part)).length;
  const all = format.count(parts.length);
  return wrong === 0 ? words.allWell(all) : words.counts(format.count(wrong), all);
}

export interface PartListProps {
  readonly view: SystemView<PartStatus>;
  readonly none: string;
  readonly hint: string;
}

/** Parts of the system, those that need a look first. Renders again only with its props. */
export function PartList({ view: { parts, error }, none, hint }: PartListProps): ReactElement {
  const { labels } = useTexts();
  if (error && parts.length === 0) {
    return <EmptyNote heading={labels(systemLabels).failed(plainText(error.message))} />;
  }
  if (parts.length === 0) return <EmptyNote heading={none} hint={hint} />;
  const sorted = [...parts].sort((a, b) => Number(isWell(a)) - Number(isWell(b)));
  return (
    <ul className="fg-system-list">
      {sorted.map((part) => (
        <Part key={part.name} part={part} />
      ))}
    </ul>
  );
}

function Part({ part }: { readonly part: SystemPart<PartStatus> }): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(systemLabels);
  const { name, status, since, message, fields, tools, changes } = part;
  return (
    <li className="fg-system-part fg-lines">
      <div className="fg-system-head">
        <strong className="fg-break">{plainText(name)}</strong>
        <PartBadge status={status} />
        <span className="fg-quiet">
          {words.since(format.dateTime(since))}
          {tools === undefined ? null : <> · {words.tools(tools, format.count(tools))}</>}
        </span>
      </div>
      {message === undefined || message === '' ? null : (
        <p className="fg-soft fg-break">{plainText(message)}</p>
      )}
      {fields && Object.keys(fields).length > 0 ? <ApprovalFacts details={fields} /> : null}
      {changes.length > 1 ? (
        <details className="fg-approval-details">
          <summary>{words.history(format.count(changes.length))}</summary>
          <ol className="fg-system-changes">
            {changes.toReversed().map((change) => (
              <li key={change.seq}>
                <time dateTime={format.machineTime(change.time)}>{format.dateTime(change.time)}</time>
                <PartBadge status={change.status} /> {plainText(change.message)}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </li>
  );
}

function PartBadge({ status }: { readonly status: PartStatus }): ReactElement {
  const { labels } = useTexts();
  const look = LOOKS[status];
  return (
    <span
      className="fg-status"
      {...(look === 'warning' ? { 'data-severity': look } : { 'data-status': look })}
    >
      {look === 'warning' ? <SeverityShape severity="warning" /> : <StatusShape status={look} />}
      {labels(systemLabels).status[status]}
    </span>
  );
}
