'use client';

import { selectComparison, selectRunIds } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { Card } from '../../components/parts/Card.js';
import { EmptyNote } from '../../components/parts/EmptyNote.js';
import { SelectField } from '../../components/parts/SelectField.js';
import { useConnection } from '../../hooks/useConnection.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { AnalystNote } from './AnalystNote.js';
import { ComparisonSteps } from './ComparisonSteps.js';
import { ComparisonTotals } from './ComparisonTotals.js';
import { comparisonLabels } from './comparison-labels.js';

export interface RunComparisonProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string | undefined;
  readonly otherRunId: string | undefined;
  /** Asked to compare others, or the same the other way round; without it there is nothing to choose. */
  readonly onChangeRuns?:
    | ((runs: { readonly runId: string | undefined; readonly otherRunId: string | undefined }) => void)
    | undefined;
}

/** Runs that can be chosen, the newest. */
const MOST_CHOICES = 100;

/**
 * Two runs aligned step by step: what each cost, how long it took, its tokens and calls, and which steps only one of
 * them has. Where only one had an ANALYST it says what that cost and brought. Renders again at the cost cadence while
 * one of the two goes on.
 */
export const RunComparison = forwardRef<HTMLElement, RunComparisonProps>(function RunComparison(
  { runId, otherRunId, onChangeRuns, className, ...rest },
  ref,
) {
  const words = useTexts().labels(comparisonLabels);
  const { ready } = useConnection();
  const { cadence } = useMonitorSource();
  const select = useCallback(
    ({ state }: MonitorSnapshot) => {
      const [first, second] = [state.runs.get(runId ?? ''), state.runs.get(otherRunId ?? '')];
      const view =
        first && second && first !== second ? selectComparison(state, first.id, second.id) : undefined;
      return { first, second, view };
    },
    [runId, otherRunId],
  );
  const { first, second, view } = useMonitorSelector(select, {
    isEqual: isShallowEqual,
    periodMs: cadence.cost,
  });
  return (
    <Card
      ref={ref}
      className={cx('fg-comparison', className)}
      heading={words.title}
      loading={!ready}
      {...rest}
    >
      {onChangeRuns ? (
        <div className="fg-comparison-choice">
          <RunSelect
            label={words.first}
            value={runId}
            onChange={(id) => onChangeRuns({ runId: id, otherRunId })}
          />
          <button
            type="button"
            className="fg-button"
            disabled={runId === undefined || otherRunId === undefined}
            onClick={() => onChangeRuns({ runId: otherRunId, otherRunId: runId })}
          >
            {words.swap}
          </button>
          <RunSelect
            label={words.second}
            value={otherRunId}
            onChange={(id) => onChangeRuns({ runId, otherRunId: id })}
          />
        </div>
      ) : null}
      {first && second && view ? (
        <>
          <ComparisonTotals first={first} second={second} />
          {view.analyst ? <AnalystNote effect={view.analyst} /> : null}
          <ComparisonSteps
            key={`${first.id} ${second.id}`}
            runId={first.id}
            otherRunId={second.id}
            view={view}
          />
        </>
      ) : runId !== undefined && runId === otherRunId ? (
        <EmptyNote heading={words.missing} hint={words.sameRun} />
      ) : (
        <EmptyNote heading={words.missing} hint={words.missingHint} />
      )}
    </Card>
  );
});

const selectChoices = ({ state }: MonitorSnapshot): readonly RunState[] =>
  selectRunIds(state)
    .slice(0, MOST_CHOICES)
    .flatMap((id) => state.runs.get(id) ?? []);

const isSameChoice = (a: readonly RunState[], b: readonly RunState[]): boolean =>
  a.length === b.length && a.every(({ id, name }, index) => b[index]?.id === id && b[index].name === name);

interface RunSelectProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (runId: string | undefined) => void;
}

function RunSelect({ label, value, onChange }: RunSelectProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(comparisonLabels);
  const { cadence } = useMonitorSource();
  const runs = useMonitorSelector(selectChoices, { isEqual: isSameChoice, periodMs: cadence.agents });
  const options = runs.map(({ id, name, createdAt }) => ({
    value: id,
    label: words.run(plainText(name), format.dateTime(createdAt)),
  }));
  const known = value !== undefined && runs.some(({ id }) => id === value);
  const shown = known
    ? options
    : [{ value: value ?? '', label: plainText(value ?? words.unknown) }, ...options];
  return (
    <SelectField
      label={label}
      showLabel
      value={value ?? ''}
      options={shown}
      onChange={(id) => onChange(id === '' ? undefined : id)}
    />
  );
}
