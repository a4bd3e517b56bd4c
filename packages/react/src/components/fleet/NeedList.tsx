'use client';

import type { Need } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useNeeds } from '../../hooks/useFleet.js';
import { useNow } from '../../hooks/useNow.js';
import { plainText } from '../../lib/plain-text.js';
import { SeverityShape } from '../alerts/SeverityBadge.js';
import { StatusShape } from '../status/StatusShape.js';
import { fleetLabels } from './fleet-labels.js';

/** Rows that are shown; the rest is counted. */
const MOST = 5;

const STATUS = { approval: 'waiting', budget: 'paused', failed: 'failed', stopped: 'stopped' } as const;

export interface NeedListProps {
  readonly onOpenRun: ((runId: string) => void) | undefined;
}

/** What waits for a person, the most urgent first. Renders again when that changes, and each second. */
export function NeedList({ onOpenRun }: NeedListProps): ReactElement {
  const needs = useNeeds();
  const { labels, format } = useTexts();
  const words = labels(fleetLabels);
  if (needs.length === 0) {
    return (
      <p className="fg-needs-none fg-soft">
        <StatusShape status="completed" />
        {words.noNeeds}
      </p>
    );
  }
  return (
    <>
      <h4 className="fg-card-title" data-urgent="">
        {words.needs} <span className="fg-tab-count">{format.count(needs.length)}</span>
      </h4>
      <ul className="fg-needs">
        {needs.slice(0, MOST).map((need) => (
          <NeedRow key={need.key} need={need} onOpenRun={onOpenRun} />
        ))}
      </ul>
      {needs.length > MOST ? (
        <p className="fg-quiet">{words.moreNeeds(format.count(needs.length - MOST))}</p>
      ) : null}
    </>
  );
}

function NeedRow({ need, onOpenRun }: NeedListProps & { readonly need: Need }): ReactElement {
  const { labels, format } = useTexts();
  const now = useNow();
  const words = labels(fleetLabels);
  const { kind, runId, runName, since, text } = need;
  const name = plainText(runName);
  const tone = kind === 'stuck' ? { 'data-severity': 'warning' } : { 'data-status': STATUS[kind] };
  return (
    <li className="fg-need" {...tone}>
      {kind === 'stuck' ? <SeverityShape severity="warning" /> : <StatusShape status={STATUS[kind]} />}
      <p className="fg-need-text fg-break">
        <strong className="fg-toned">{words.need[kind]}</strong> <span>{name}</span>{' '}
        <span className="fg-soft">{plainText(text) ?? (kind === 'stuck' ? words.silent : '')}</span>
      </p>
      <time
        className="fg-need-since fg-quiet"
        dateTime={format.machineTime(since)}
        title={format.dateTime(since)}
      >
        {words.since(format.shortTime(since), format.duration(now - since))}
      </time>
      {onOpenRun ? (
        <button
          type="button"
          className="fg-button"
          aria-label={words.openThis(name)}
          onClick={() => onOpenRun(runId)}
        >
          {words.open}
        </button>
      ) : null}
    </li>
  );
}
