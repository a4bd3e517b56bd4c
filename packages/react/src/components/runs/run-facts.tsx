import type { RunMatch, RunState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import type { Texts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { Gauge } from '../agents/Gauge.js';
import { runWhyLabels } from '../run-header/run-header-labels.js';
import { runsLabels } from './runs-labels.js';

/** Why a run is where it is, in one line; `undefined` where its status says all. */
export function whyOf(
  { status, reason, message, error, by }: Pick<RunState, 'status'> & Partial<RunState>,
  { labels }: Texts,
): string | undefined {
  const words = labels(runWhyLabels);
  if (error) return plainText(error.message);
  const reasons = words.reason[status];
  if (!reasons) return undefined;
  const why = plainText(message) ?? reasons[reason ?? ''] ?? reasons[''];
  const who = by && plainText(by.name ?? by.id);
  return who === undefined ? why : [why, words.by(who)].filter(Boolean).join(' · ');
}

/** Where a search found its words, with the words marked. */
export function MatchLine({
  match,
  texts,
}: {
  readonly match: RunMatch;
  readonly texts: Texts;
}): ReactElement {
  const { field, text, start, end } = match;
  return (
    <>
      {texts.labels(runsLabels).foundIn[field]}
      {': '}
      {plainText(text.slice(0, start))}
      <mark>{plainText(text.slice(start, end))}</mark>
      {plainText(text.slice(end))}
    </>
  );
}

const OVER = ['completed', 'failed', 'cancelled', 'skipped', 'stopped'] as const;

/** How many of a run's tasks are over, as a bar, and how many were done, in words. */
export function TasksFigure({
  counts,
  texts: { labels, format },
}: {
  readonly counts: RunState['taskCounts'];
  readonly texts: Texts;
}): ReactElement {
  const words = labels(runsLabels);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return <span className="fg-soft">{words.none}</span>;
  const over = OVER.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const done = counts.completed ?? 0;
  const failed = counts.failed ?? 0;
  const text = words.tasksDone(format.count(done), format.count(total));
  const more = failed > 0 ? words.tasksFailed(format.count(failed)) : undefined;
  return (
    <span className="fg-gauged" title={more}>
      <Gauge
        label={words.tasks}
        share={over / total}
        text={text}
        tone={over === total && failed === 0 ? 'good' : undefined}
      />
      {text}
      {more ? <span className="fg-bad">{more}</span> : null}
    </span>
  );
}
