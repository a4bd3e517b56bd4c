'use client';

import { selectRunCounts, WORK_STATUSES } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunFilters, WorkStatus } from '@fleetglass/core/client';
import type { Priority } from '@fleetglass/core/protocol';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useRunFacets } from '../../hooks/useRuns.js';
import { plainText } from '../../lib/plain-text.js';
import { SelectField } from '../parts/SelectField.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { runsLabels } from './runs-labels.js';

export interface RunFilterBarProps {
  readonly filters: RunFilters;
  readonly onChange: (filters: RunFilters) => void;
}

const PRIORITIES: readonly Priority[] = ['critical', 'high', 'normal', 'low'];
const HOUR = 3_600_000;
const PERIODS = [HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

const selectCounts = ({ state }: MonitorSnapshot): { readonly [S in WorkStatus]?: number } =>
  selectRunCounts(state);

/** What runs can be narrowed by. Renders again when the number of runs of a status changes. */
export function RunFilterBar({ filters, onChange }: RunFilterBarProps): ReactElement {
  const { labels, format } = useTexts();
  const { recorded } = useMonitorSource();
  const counts = useMonitorSelector(selectCounts);
  const facets = useRunFacets();
  const words = labels(runsLabels);
  const { status = [], within } = filters;
  const toggle = (which: WorkStatus): void => {
    const next = status.includes(which) ? status.filter((other) => other !== which) : [...status, which];
    onChange(without({ ...filters, status: next }));
  };
  return (
    <div className="fg-run-filters" role="group" aria-label={words.filters}>
      <div className="fg-chips" role="group" aria-label={words.status}>
        {WORK_STATUSES.filter((which) => (counts[which] ?? 0) > 0 || status.includes(which)).map((which) => (
          <button
            key={which}
            type="button"
            className="fg-chip"
            aria-pressed={status.includes(which)}
            onClick={() => toggle(which)}
          >
            <StatusBadge status={which} />
            <span className="fg-soft">{format.count(counts[which] ?? 0)}</span>
          </button>
        ))}
      </div>
      {recorded && !filters.priority ? null : (
        <SelectField
          label={words.priority}
          value={filters.priority?.[0] ?? ''}
          options={[
            { value: '', label: words.anyPriority },
            ...PRIORITIES.map((value) => ({ value, label: words.priorities[value] })),
          ]}
          onChange={(value) => onChange(without({ ...filters, priority: value === '' ? [] : [value] }))}
        />
      )}
      {facets.labels.length === 0 && !filters.labels ? null : (
        <SelectField
          label={words.label}
          value={filters.labels?.[0] ?? ''}
          options={[
            { value: '', label: words.anyLabel },
            ...withChosen(facets.labels, filters.labels).map((value) => ({ value, label: plainText(value) })),
          ]}
          onChange={(value) => onChange(without({ ...filters, labels: value === '' ? [] : [value] }))}
        />
      )}
      {facets.sources.length < 2 && !filters.source ? null : (
        <SelectField
          label={words.source}
          value={filters.source ? `=${filters.source[0] ?? ''}` : ''}
          options={[
            { value: '', label: words.anySource },
            ...withChosen(facets.sources, filters.source).map((source) => ({
              value: `=${source}`,
              label: source === '' ? words.own : plainText(source),
            })),
          ]}
          onChange={(value) =>
            onChange(without({ ...filters, source: value === '' ? [] : [value.slice(1)] }))
          }
        />
      )}
      <SelectField
        label={words.time}
        value={within === undefined ? '' : String(within)}
        options={[
          { value: '', label: words.anyTime },
          ...withChosen(PERIODS, within === undefined ? [] : [within]).map((period) => ({
            value: String(period),
            label: words.within(format.period(period)),
          })),
        ]}
        onChange={(value) => {
          const { within: _last, ...others } = filters;
          onChange(value === '' ? others : { ...others, within: Number(value) });
        }}
      />
    </div>
  );
}

/** What a link chose is offered although nothing has it now. */
const withChosen = <T extends string | number>(
  known: readonly T[],
  chosen: readonly T[] = [],
): readonly T[] => [...known, ...chosen.filter((value) => !known.includes(value))];

/** Members that narrow nothing are left out, so that a link stays short. */
function without(filters: RunFilters): RunFilters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  );
}
