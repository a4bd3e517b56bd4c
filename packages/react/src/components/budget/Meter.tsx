'use client';

import { isFinal } from '@fleetglass/core/client';
import type { BudgetProgress, MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useRef, useState } from 'react';
import type { CSSProperties, ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { leftOf, useBudget, useBudgetOutlook } from '../../hooks/useBudget.js';
import { useHindrance } from '../../hooks/useHindrance.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { useRaiseBudget } from '../../hooks/useRaiseBudget.js';
import type { RaiseFormProps } from '../approvals/RaiseForm.js';
import { lazyPart } from '../parts/lazy-part.js';
import { costLabels } from '../cost/cost-labels.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';
import { useBudgetWords } from './useBudgetWords.js';
import { budgetLabels } from './budget-labels.js';

const share = (amount: number, limit: number): number =>
  limit > 0 ? Math.min(1, Math.max(0, amount / limit)) : amount > 0 ? 1 : 0;

/** A new limit is proposed that is so many times the old one. */
const RAISE = 1.5;

export interface MeterProps {
  /** From `useBudgetKeys`. */
  readonly budgetKey: string;
  /** Beside the name: what it belongs to. */
  readonly of?: ReactNode;
}

/** One limit. Renders again when its use changes, at most at the cost cadence, and each second while there is a rate. */
export function Meter({ budgetKey, of }: MeterProps): ReactElement | null {
  const progress = useBudget(budgetKey);
  return progress ? <MeterOf budgetKey={budgetKey} of={of} progress={progress} /> : null;
}

function MeterOf({
  budgetKey,
  of,
  progress,
}: MeterProps & { readonly progress: BudgetProgress }): ReactElement {
  const { labels, format } = useTexts();
  const { timeToLimit, projection } = useBudgetOutlook(budgetKey);
  const { budget, spent, reserved, reached, lowerBound } = progress;
  const words = labels(budgetLabels);
  const { write, scope } = useBudgetWords(budget);
  const atMost = (text: string): string => (lowerBound ? labels(costLabels).atMost(text) : text);
  const bound = (text: string): string => (lowerBound ? labels(costLabels).atLeast(text) : text);
  // Nothing known is not the same as nothing spent.
  const spentText = lowerBound && spent === 0 ? labels(costLabels).unknown : bound(write(spent));
  const limitText = write(budget.limit, true);
  const marks = budget.warnAt ?? [];
  const left = leftOf(progress);
  const used = share(spent, budget.limit);
  const state = reached || left <= 0 ? 'reached' : budget.warned.length > 0 ? 'warned' : 'ok';
  const isOpen = !reached && left > 0;
  const isGoing = isOpen && projection !== undefined && projection.high > spent;
  const low = share(projection?.low ?? 0, budget.limit);
  const style = {
    '--fg-used': used,
    '--fg-reserved': share(spent + reserved, budget.limit) - used,
    '--fg-low': low,
    '--fg-high': share(projection?.high ?? 0, budget.limit) - low,
  } as CSSProperties;
  const period = words.period[budget.period ?? 'run'];
  const hint = words.projectedHint[budget.period ?? 'run'];

  return (
    <div className="fg-meter" data-state={state}>
      <p className="fg-meter-line">
        <span className="fg-meter-scope">
          {scope}
          {of ? <> {of}</> : null}
          {period === '' ? null : <span className="fg-quiet"> {period}</span>}
        </span>
        <span className="fg-meter-amount fg-soft">
          <strong>{spentText}</strong> {words.of('', limitText).trim()}
        </span>
      </p>
      <div
        className="fg-meter-track"
        role="meter"
        aria-label={words.meter(scope)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(used * 100)}
        aria-valuetext={words.meterValue(
          format.percent(budget.limit > 0 ? spent / budget.limit : 1),
          spentText,
          limitText,
          write(reserved),
        )}
        style={style}
      >
        <span className="fg-meter-spent" />
        <span className="fg-meter-reserved" />
        {isGoing && low < 1 ? <span className="fg-meter-band" title={hint} /> : null}
        {marks.map((at) => {
          const passed = budget.warned.includes(at);
          const text = (passed ? words.markPassed : words.mark)(format.percent(at));
          return (
            <span
              key={at}
              className="fg-meter-mark"
              data-passed={passed || undefined}
              title={text}
              style={{ insetInlineStart: `${share(at, 1) * 100}%` }}
            />
          );
        })}
      </div>
      <p className="fg-notes">
        <span className="fg-strong">
          {left >= 0 ? words.left(atMost(write(left))) : words.overspent(write(-left))}
        </span>
        {reserved > 0 ? <span>{words.reserved(write(reserved))}</span> : null}
        {timeToLimit === undefined || !isOpen || timeToLimit > WEEK_MS ? null : (
          <span>{words.toLimit(atMost(format.duration(timeToLimit)))}</span>
        )}
        {isGoing ? (
          <span className="fg-meter-band-note" title={hint}>
            {writeBand(write(projection.low), write(projection.high), budget.period, words)}
          </span>
        ) : null}
        {budget.reachedAt === undefined ? (
          <span>{words.atLimit(words.onLimit[budget.onLimit])}</span>
        ) : (
          <span className="fg-meter-reached">
            <StatusShape status="stopped" />
            {words.reached(format.time(budget.reachedAt))}
          </span>
        )}
        {marks.length > 0 ? <span>{words.marks(marks.map(format.percent).join(', '))}</span> : null}
        {lowerBound ? <span>{words.lowerBound}</span> : null}
      </p>
      <Raise progress={progress} write={(amount) => write(amount, true)} />
    </div>
  );
}

const WEEK_MS = 7 * 86_400_000;

function writeBand(
  low: string,
  high: string,
  period: string | undefined,
  words: typeof budgetLabels.english,
): string {
  const when = period === undefined || period === 'run' ? words.inTenMinutes : words.atPeriodEnd;
  return low === high ? words.projectedOne(low, when) : words.projected(low, high, when);
}

const RaiseForm = lazyPart<RaiseFormProps>(
  async () => (await import('../approvals/RaiseForm.js')).RaiseForm,
  (content) => content,
);

/** A new limit in place, where one can be set: not in the past, of a recording or of a run that is over, and by whom it may. */
function Raise({
  progress: { budget, spent, reserved, reached },
  write,
}: {
  readonly progress: BudgetProgress;
  readonly write: (amount: number) => string;
}): ReactElement | null {
  const { labels } = useTexts();
  const words = labels(budgetLabels);
  const { runId, unit, limit, onLimit } = budget;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { feedback, raise } = useRaiseBudget();
  const hindrance = useHindrance(runId);
  const isSettable = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        if (runId === undefined) return true;
        const run = state.runs.get(runId);
        return run !== undefined && !isFinal(run.status);
      },
      [runId],
    ),
  );
  if (hindrance || !isSettable) return null;
  // The question has the amount to choose; a second way beside it would leave it open.
  if (reached && onLimit === 'ask') return <p className="fg-notes">{words.question}</p>;
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const stops = reached && onLimit !== 'warn';
  return (
    <div className="fg-meter-raise">
      <button
        ref={button}
        type="button"
        className={stops ? 'fg-button' : 'fg-link'}
        aria-expanded={open}
        {...RaiseForm.warm}
        onClick={() => setOpen(!open)}
      >
        {stops ? words.raise : words.change}
      </button>
      {open ? (
        <RaiseForm
          unit={unit}
          limit={limit}
          suggested={Math.ceil(Math.max(limit, spent + reserved) * RAISE)}
          needed={spent + reserved}
          write={write}
          answered={feedback.phase === 'pending'}
          continues={stops}
          onRaise={(chosen) => {
            void raise(budget, chosen);
            close();
          }}
          onCancel={close}
        />
      ) : null}
      <CommandFeedbackLine feedback={feedback} />
    </div>
  );
}
