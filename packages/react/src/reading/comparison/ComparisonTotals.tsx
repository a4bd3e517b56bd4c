'use client';

import type { RunState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { describeCost } from '../../components/cost/describe-cost.js';
import { describeTokens } from '../../components/cost/describe-tokens.js';
import { StatusBadge } from '../../components/status/StatusBadge.js';
import { plainText } from '../../lib/plain-text.js';
import { comparisonLabels } from './comparison-labels.js';
import { differ, differCost } from './figures.js';
import type { Difference } from './figures.js';

export interface ComparisonTotalsProps {
  readonly first: RunState;
  readonly second: RunState;
}

const timeOf = ({ startedAt, createdAt, endedAt }: RunState): number | undefined =>
  endedAt === undefined ? undefined : Math.max(0, endedAt - (startedAt ?? createdAt));
const callsOf = ({ totals }: RunState): number => totals.modelCalls + totals.toolCalls;

/** More is neither better nor worse. */
const neutral = ({ text }: Difference): Difference => ({ text, sign: 0 });

/** Outcome, cost, time, tokens, calls and tasks of both runs. Renders again with its props. */
export function ComparisonTotals({ first, second }: ComparisonTotalsProps): ReactElement {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(comparisonLabels);
  const [time, otherTime] = [timeOf(first), timeOf(second)];
  const written = (ms: number | undefined): string =>
    ms === undefined ? words.unknown : format.preciseDuration(ms);
  const [tokens, otherTokens] = [describeTokens(first.totals, texts), describeTokens(second.totals, texts)];
  const [cost, otherCost] = [describeCost(first.totals.cost, texts), describeCost(second.totals.cost, texts)];
  const rows: readonly (readonly [
    name: string,
    a: string,
    b: string,
    difference: Difference,
    hints?: readonly [string, string],
  ])[] = [
    [
      words.cost,
      cost.text,
      otherCost.text,
      differCost(first.totals.cost, second.totals.cost, texts),
      [cost.hint, otherCost.hint],
    ],
    [words.time, written(time), written(otherTime), differ(time, otherTime, format.preciseDuration, texts)],
    [
      words.tokens,
      tokens.count === undefined ? words.unknown : format.count(tokens.count),
      otherTokens.count === undefined ? words.unknown : format.count(otherTokens.count),
      differ(tokens.count, otherTokens.count, format.compact, texts),
    ],
    [
      words.calls,
      format.count(callsOf(first)),
      format.count(callsOf(second)),
      neutral(differ(callsOf(first), callsOf(second), format.count, texts)),
    ],
    [
      words.tasks,
      format.count(first.tasks.length),
      format.count(second.tasks.length),
      neutral(differ(first.tasks.length, second.tasks.length, format.count, texts)),
    ],
  ];
  return (
    <table className="fg-comparison-table" data-kind="totals">
      <caption className="fg-hidden">{words.totals}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="fg-hidden">{words.figure}</span>
          </th>
          <th scope="col">
            <strong>{plainText(first.name)}</strong>
            <span className="fg-comparison-when">
              {words.run(words.first, format.dateTime(first.createdAt))}
            </span>
          </th>
          <th scope="col">
            <strong>{plainText(second.name)}</strong>
            <span className="fg-comparison-when">
              {words.run(words.second, format.dateTime(second.createdAt))}
            </span>
          </th>
          <th scope="col">{words.difference}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{words.outcome}</th>
          <td>
            <StatusBadge status={first.status} />
          </td>
          <td>
            <StatusBadge status={second.status} />
          </td>
          <td className="fg-comparison-delta">{first.status === second.status ? words.equal : ''}</td>
        </tr>
        {rows.map(([name, a, b, { text, sign }, hints]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td title={hints?.[0]}>{a}</td>
            <td title={hints?.[1]}>{b}</td>
            <td className="fg-comparison-delta" data-sign={sign}>
              {text}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
