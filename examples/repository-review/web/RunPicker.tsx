import type { MonitorSnapshot } from '@fleetglass/core/client';
import { createFormat, defaultLabels, useMonitorSelector } from '@fleetglass/react';
import type { ReactElement } from 'react';

export interface RunPickerProps {
  /** Run shown; absent: the newest one. */
  readonly runId: string | undefined;
  readonly onPick: (runId: string) => void;
}

const format = createFormat(navigator.language);

/** The time of a run of today, and of an earlier one the date too. */
const timeOf = (ms: number): string =>
  new Date(ms).toDateString() === new Date().toDateString() ? format.time(ms) : format.dateTime(ms);

const selectRuns = ({ state }: MonitorSnapshot): readonly string[] =>
  [...state.runs.values()].map(({ id, status, createdAt }, index) =>
    [id, `${index + 1} · ${defaultLabels.status.work[status]} · ${timeOf(createdAt)}`].join('\n'),
  );

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((entry, index) => entry === b[index]);

/** Chooses among the runs of the log, newest first. Renders again when a run appears or changes its status. */
export function RunPicker({ runId, onPick }: RunPickerProps): ReactElement | null {
  const runs = useMonitorSelector(selectRuns, { isEqual });
  if (runs.length === 0) return null;
  const options = runs.map((entry) => entry.split('\n')).reverse();
  const shown = runId ?? options[0]?.[0] ?? '';
  return (
    <label className="page-field">
      <span className="page-field-name">Run</span>
      <select className="page-select" value={shown} onChange={({ target }) => onPick(target.value)}>
        {options.some(([id]) => id === shown) ? null : <option value={shown}>{shown}</option>}
        {options.map(([id = '', text]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
