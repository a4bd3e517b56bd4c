'use client';

import type { RunState } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useRunNow } from '../../hooks/useNow.js';
import { cx } from '../../lib/cx.js';
import { describeCost } from '../cost/describe-cost.js';
import { describeTokens } from '../cost/describe-tokens.js';
import { useCutOffCalls } from '../cost/useCutOffCalls.js';
import { runHeaderLabels } from './run-header-labels.js';

export interface RunStatsProps extends ComponentPropsWithoutRef<'dl'> {
  readonly runId: string;
}

const selectTimes = ({ status, createdAt, startedAt, endedAt, lastEventAt, source }: RunState) => ({
  status,
  createdAt,
  startedAt,
  endedAt,
  lastEventAt,
  source,
});
const selectFigures = ({ totals, taskCounts }: RunState) => ({ totals, taskCounts });

/** Elapsed time, cost, tokens, calls and tasks of a run. Renders again at the cost cadence while they change. */
export const RunStats = forwardRef<HTMLDListElement, RunStatsProps>(function RunStats(
  { runId, className, ...rest },
  ref,
) {
  const { cadence } = useMonitorSource();
  const texts = useTexts();
  const figures = useRunPart(runId, selectFigures, cadence.cost);
  const cutOff = useCutOffCalls(runId);
  if (!figures) return null;
  const { format, labels } = texts;
  const words = labels(runHeaderLabels);
  const { usage, modelCalls, toolCalls, toolErrors, cost } = figures.totals;
  const tokens = describeTokens(figures.totals, texts);
  const money = describeCost(cost, texts, cutOff);
  const counts = figures.taskCounts;
  const tasks = Object.values(counts).reduce((sum: number, count) => sum + count, 0);
  const cached = usage.cacheReadTokens;
  const calls = [words.callsHint(format.count(modelCalls), format.count(toolCalls))];
  if (toolErrors > 0) calls.push(words.toolErrors(format.count(toolErrors)));
  const taskNotes = [];
  if (counts.running) taskNotes.push(words.tasksRunning(format.count(counts.running)));
  if (counts.failed) taskNotes.push(words.tasksFailed(format.count(counts.failed)));
  const notDone = (counts.cancelled ?? 0) + (counts.skipped ?? 0) + (counts.stopped ?? 0);
  if (notDone > 0) taskNotes.push(words.tasksNotDone(format.count(notDone)));

  return (
    <dl ref={ref} className={cx('fg-stats', className)} {...rest}>
      <Stat
        name={words.cost}
        value={money.text}
        hint={money.hint}
        note={money.note === '' ? words.noSpend : money.note}
        tone={money.certainty}
        simulated={money.simulated && money.certainty === 'exact'}
      />
      <Elapsed runId={runId} name={words.elapsed} />
      <Stat
        name={words.tasks}
        value={words.tasksDone(format.count(counts.completed ?? 0), format.count(tasks))}
        note={taskNotes.join(', ')}
      />
      <Stat name={words.calls} value={format.compact(modelCalls + toolCalls)} note={calls.join(', ')} />
      <Stat
        name={words.tokens}
        value={tokens.text}
        hint={tokens.hint}
        note={
          tokens.count !== undefined
            ? words.tokensHint(
                format.compact(usage.inputTokens),
                cached > 0 ? format.compact(cached) : '',
                format.compact(usage.outputTokens),
              )
            : tokens.hint
        }
      />
    </dl>
  );
});

function Elapsed({ runId, name }: { readonly runId: string; readonly name: string }): ReactElement | null {
  const run = useRunPart(runId, selectTimes, 1000);
  const now = useRunNow(run);
  const { labels, format } = useTexts();
  if (!run) return null;
  const words = labels(runHeaderLabels);
  const start = run.startedAt ?? run.createdAt;
  const begun = format.time(start);
  return (
    <Stat
      name={name}
      value={format.duration(now - start)}
      hint={format.dateTime(start)}
      note={
        run.endedAt === undefined
          ? (run.startedAt === undefined ? words.created : words.started)(begun)
          : words.fromTo(begun, format.time(run.endedAt))
      }
    />
  );
}

interface StatProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly hint?: string;
  readonly tone?: string;
  readonly simulated?: boolean;
}

function Stat({ name, value, note, hint, tone, simulated }: StatProps): ReactElement {
  return (
    <div className="fg-stat" data-tone={tone}>
      <dt>{name}</dt>
      <dd className="fg-figure-value" title={hint}>
        {value}
      </dd>
      <dd className="fg-stat-note fg-quiet" data-simulated={simulated || undefined}>
        {note}
      </dd>
    </div>
  );
}
