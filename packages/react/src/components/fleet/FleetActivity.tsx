'use client';

import { WORK_STATUSES } from '@fleetglass/core/client';
import type { WorkStatus } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useFleetCounts } from '../../hooks/useFleet.js';
import { useUsage } from '../../hooks/useUsage.js';
import { StatusShape } from '../status/StatusShape.js';
import { statusLabels } from '../status/status-labels.js';
import { FleetFigure } from './FleetFigure.js';
import { fleetLabels } from './fleet-labels.js';

export interface FleetActivityProps {
  readonly status: WorkStatus | undefined;
  readonly onFilter: ((status: WorkStatus | undefined) => void) | undefined;
}

/** Runs by status, agents and tokens. Renders again when one of them changes, at most at the cost cadence. */
export function FleetActivity({ status, onFilter }: FleetActivityProps): ReactElement {
  const { recorded } = useMonitorSource();
  const { labels, format } = useTexts();
  const counts = useFleetCounts();
  const usage = useUsage();
  const words = labels(fleetLabels);
  const statusWords = labels(statusLabels).work;
  const present = WORK_STATUSES.filter((each) => (counts.runs[each] ?? 0) > 0 || each === status);
  return (
    <>
      <h4 className="fg-card-title">{words.activity}</h4>
      <div className="fg-chips" role="group" aria-label={words.byStatus}>
        {present.map((each) => {
          const content = (
            <>
              <StatusShape status={each} />
              {statusWords[each]} <strong>{format.count(counts.runs[each] ?? 0)}</strong>
            </>
          );
          return onFilter ? (
            <button
              key={each}
              type="button"
              className="fg-chip"
              data-status={each}
              aria-pressed={each === status}
              onClick={() => onFilter(each === status ? undefined : each)}
            >
              {content}
            </button>
          ) : (
            <span key={each} className="fg-chip" data-status={each}>
              {content}
            </span>
          );
        })}
      </div>
      <dl className="fg-fleet-figures">
        {recorded ? null : (
          <FleetFigure
            name={words.agents}
            value={words.agentsOf(format.count(counts.activeAgents), format.count(counts.agents))}
            note={words.agentsNote(format.count(counts.openRuns))}
          />
        )}
        {usage ? (
          <FleetFigure
            name={words.tokens}
            value={format.compact(usage.inputTokens + usage.outputTokens)}
            hint={format.count(usage.inputTokens + usage.outputTokens)}
            note={words.tokensNote(
              format.compact(usage.inputTokens),
              usage.cacheReadTokens > 0 ? format.compact(usage.cacheReadTokens) : '',
              format.compact(usage.outputTokens),
            )}
          />
        ) : null}
      </dl>
    </>
  );
}
