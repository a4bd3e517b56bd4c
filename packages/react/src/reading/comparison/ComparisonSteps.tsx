'use client';

import { selectSpanPairs } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunComparisonView, RunStep, StepPair } from '@fleetglass/core/client';
import { memo, useCallback, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { describeCost } from '../../components/cost/describe-cost.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { plainText } from '../../lib/plain-text.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { ChangeMark } from './ChangeMark.js';
import { comparisonLabels } from './comparison-labels.js';
import { differ, differCost } from './figures.js';
import type { Difference } from './figures.js';

export interface ComparisonStepsProps {
  readonly runId: string;
  readonly otherRunId: string;
  readonly view: RunComparisonView;
}

/** Heights of a row in pixels, and the width below which its figures are stacked; the styles hold the same. */
const ROW_HEIGHT = 44;
const STACKED_HEIGHT = 180;
const STACKED_BELOW = 720;
/** Rows beyond which only those in sight are drawn. */
const FEW = 100;

/** Every step of both runs, paired, in a table. Renders again when a step of either run changes. */
export function ComparisonSteps({ runId, otherRunId, view }: ComparisonStepsProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(comparisonLabels);
  const [onlyDifferences, setOnlyDifferences] = useState(false);
  const [openKey, setOpenKey] = useState<string>();
  const pairs = useMemo(
    () => (onlyDifferences ? view.pairs.filter(({ change }) => change !== 'same') : view.pairs),
    [view, onlyDifferences],
  );
  const opened = pairs.find(({ key }) => key === openKey);
  const spans = useSpanPairs(runId, otherRunId, opened);
  const rows = useMemo(() => rowsOf(pairs, openKey, spans), [pairs, openKey, spans]);
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const height = useWidth(viewport, STACKED_BELOW) < STACKED_BELOW ? STACKED_HEIGHT : ROW_HEIGHT;
  const offsets = useMemo(() => offsetsOf(rows, () => height), [rows, height]);
  const seen = useVirtualRows(viewport, offsets);
  const { from, to } = rows.length > FEW ? seen : { from: 0, to: rows.length };
  const { same, changed, added, removed } = view.counts;
  const omitted = view.omitted[0] + view.omitted[1];
  const counts = {
    same: format.count(same),
    changed: format.count(changed),
    added: format.count(added),
    removed: format.count(removed),
  };
  return (
    <div className="fg-comparison-steps">
      <div className="fg-comparison-head">
        <h4 className="fg-card-title">{words.steps}</h4>
        <span className="fg-card-note">{words.summary(counts)}</span>
        <label className="fg-comparison-only">
          <input
            type="checkbox"
            checked={onlyDifferences}
            onChange={({ target }) => setOnlyDifferences(target.checked)}
          />
          {words.onlyDifferences}
        </label>
      </div>
      {rows.length === 0 ? (
        <p className="fg-card-note">{view.pairs.length === 0 ? words.noSteps : words.noDifferences}</p>
      ) : (
        <div
          ref={setViewport}
          className="fg-scroll fg-comparison-scroll"
          tabIndex={0}
          role="region"
          aria-label={words.steps}
        >
          <table className="fg-comparison-table" data-kind="steps" aria-rowcount={rows.length + 1}>
            <thead>
              <tr>
                <th scope="col">{words.step}</th>
                <th scope="col">{words.cost}</th>
                <th scope="col">{words.time}</th>
                <th scope="col">{words.tokens}</th>
                <th scope="col">{words.calls}</th>
              </tr>
            </thead>
            <tbody>
              <Gap height={offsets[from] ?? 0} />
              {rows.slice(from, to).map(({ pair, depth }, index) => (
                <Row
                  key={`${depth} ${pair.key}`}
                  pair={pair}
                  depth={depth}
                  position={from + index + 2}
                  open={depth === 0 && pair.key === openKey}
                  onToggle={setOpenKey}
                />
              ))}
              <Gap height={(offsets.at(-1) ?? 0) - (offsets[to] ?? 0)} />
            </tbody>
          </table>
        </div>
      )}
      {omitted > 0 ? <p className="fg-truncated fg-quiet">{words.omitted(format.count(omitted))}</p> : null}
    </div>
  );
}

const NO_PAIRS: readonly StepPair[] = [];

function useSpanPairs(runId: string, otherRunId: string, pair: StepPair | undefined): readonly StepPair[] {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => (pair ? selectSpanPairs(state, runId, otherRunId, pair) : NO_PAIRS),
      [runId, otherRunId, pair],
    ),
    { isEqual: samePairs, periodMs: cadence.cost },
  );
}

const samePairs = (a: readonly StepPair[], b: readonly StepPair[]): boolean =>
  a.length === b.length && a.every((pair, i) => pair.first === b[i]?.first && pair.second === b[i]?.second);

interface StepRow {
  readonly pair: StepPair;
  readonly depth: 0 | 1;
}

function rowsOf(
  pairs: readonly StepPair[],
  openKey: string | undefined,
  spans: readonly StepPair[],
): readonly StepRow[] {
  return pairs.flatMap((pair): StepRow[] => {
    const row: StepRow = { pair, depth: 0 };
    return pair.key === openKey ? [row, ...spans.map((span): StepRow => ({ pair: span, depth: 1 }))] : [row];
  });
}

function Gap({ height }: { readonly height: number }): ReactElement | null {
  return height > 0 ? <tr aria-hidden="true" style={{ blockSize: height }} /> : null;
}

interface RowProps extends StepRow {
  readonly position: number;
  readonly open: boolean;
  readonly onToggle: (key: string | undefined) => void;
}

const Row = memo(function Row({ pair, depth, position, open, onToggle }: RowProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(comparisonLabels);
  const { first, second, change } = pair;
  const step = (second ?? first) as RunStep;
  const name = plainText(step.name);
  const renamed = first && second && first.name !== second.name ? words.was(plainText(first.name)) : '';
  const moneyOf = (of: RunStep | undefined): string | undefined => of && describeCost(of.cost, texts).text;
  const timeOf = (of: RunStep | undefined): string | undefined =>
    of && (of.durationMs === undefined ? words.unknown : format.preciseDuration(of.durationMs));
  const tokensOf = (of: RunStep | undefined): string | undefined => of && format.compact(of.tokens);
  const callsOf = (of: RunStep | undefined): string | undefined => of && format.count(of.calls);
  const both = first && second;
  return (
    <tr aria-rowindex={position} data-change={change} data-depth={depth}>
      <th scope="row">
        <span className="fg-comparison-step">
          <ChangeMark change={change} />
          {depth === 0 && step.kind === 'task' ? (
            <button
              type="button"
              className="fg-link fg-comparison-name"
              aria-expanded={open}
              title={(open ? words.hideSpans : words.showSpans)(name)}
              onClick={() => onToggle(open ? undefined : pair.key)}
            >
              {name}
            </button>
          ) : (
            <span className="fg-comparison-name">{name}</span>
          )}
          <span className="fg-comparison-change">{renamed === '' ? words.change[change] : renamed}</span>
        </span>
      </th>
      <Cell
        name={words.cost}
        first={moneyOf(first)}
        second={moneyOf(second)}
        difference={both ? differCost(first.cost, second.cost, texts) : undefined}
      />
      <Cell
        name={words.time}
        first={timeOf(first)}
        second={timeOf(second)}
        difference={
          both ? differ(first.durationMs, second.durationMs, format.preciseDuration, texts) : undefined
        }
      />
      <Cell
        name={words.tokens}
        first={tokensOf(first)}
        second={tokensOf(second)}
        difference={both ? differ(first.tokens, second.tokens, format.compact, texts) : undefined}
      />
      <Cell
        name={words.calls}
        first={callsOf(first)}
        second={callsOf(second)}
        difference={both ? differ(first.calls, second.calls, format.count, texts) : undefined}
      />
    </tr>
  );
});

interface CellProps {
  readonly name: string;
  /** Absent where the run has no such step. */
  readonly first: string | undefined;
  readonly second: string | undefined;
  readonly difference: Difference | undefined;
}

function Cell({ name, first, second, difference }: CellProps): ReactElement {
  const words = useTexts().labels(comparisonLabels);
  const isUnknown = first === words.unknown && second === words.unknown;
  return (
    <td data-name={name}>
      <span className="fg-comparison-pair">
        {first === undefined || isUnknown ? null : (
          <>
            <span className="fg-hidden">{words.first}</span>
            {first}
          </>
        )}
        {first === undefined || second === undefined || isUnknown ? null : (
          <span aria-hidden="true" className="fg-comparison-arrow" />
        )}
        {second === undefined ? null : (
          <>
            <span className="fg-hidden">{words.second}</span>
            {second}
          </>
        )}
      </span>
      {difference && !isUnknown ? (
        <span className="fg-comparison-delta" data-sign={difference.sign}>
          {difference.text}
        </span>
      ) : null}
    </td>
  );
}
