'use client';

import type { BudgetUnit } from '@fleetglass/core/protocol';
import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef, CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { leftOf, useBudget, useBudgetKeys } from '../../hooks/useBudget.js';
import { cx } from '../../lib/cx.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { StatusShape } from '../status/StatusShape.js';
import { budgetLabels } from './budget-labels.js';
import { costLabels } from '../cost/cost-labels.js';

export interface BudgetMeterProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
}

/** All limits that concern a run, one meter each. Renders again when a limit is set; each meter at the cost cadence. */
export const BudgetMeter = forwardRef<HTMLElement, BudgetMeterProps>(function BudgetMeter(
  { runId, className, ...rest },
  ref,
) {
  const keys = useBudgetKeys(runId);
  const { labels } = useTexts();
  const titleId = useId();
  const words = labels(budgetLabels);
  return (
    <section ref={ref} className={cx('fg-card fg-budget', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        {keys.length === 0 ? null : <SimulatedTag runId={runId} />}
      </div>
      {keys.length === 0 ? (
        <div className="fg-empty">
          <p className="fg-empty-title">{words.none}</p>
          <p>{words.noneHint}</p>
        </div>
      ) : (
        keys.map((key) => <Meter key={key} budgetKey={key} />)
      )}
    </section>
  );
});

const share = (amount: number, limit: number): number =>
  limit > 0 ? Math.min(1, Math.max(0, amount / limit)) : amount > 0 ? 1 : 0;

function Meter({ budgetKey }: { readonly budgetKey: string }): ReactElement | null {
  const { labels, format } = useTexts();
  const progress = useBudget(budgetKey);
  if (!progress) return null;
  const { budget, spent, reserved, reached, lowerBound } = progress;
  const words = labels(budgetLabels);
  const write = (unit: BudgetUnit, amount: number, chosen = false): string => {
    if (unit === 'usd') return (chosen ? format.chosenMoney : format.money)(amount);
    if (unit === 'seconds') return format.duration(amount * 1000);
    return words.unit[unit](format.compact(amount));
  };
  const atMost = (text: string): string => (lowerBound ? labels(costLabels).atMost(text) : text);
  const bound = (text: string): string => (lowerBound ? labels(costLabels).atLeast(text) : text);
  // Nothing known is not the same as nothing spent.
  const spentText = lowerBound && spent === 0 ? labels(costLabels).unknown : bound(write(budget.unit, spent));
  const limitText = write(budget.unit, budget.limit, true);
  const scope = words.scopeIn(words.scope[budget.scope.kind](budget.scope.id ?? ''), budget.unit);
  const marks = budget.warnAt ?? [];
  const left = leftOf(progress);
  const used = share(spent, budget.limit);
  const state = reached || left <= 0 ? 'reached' : budget.warned.length > 0 ? 'warned' : 'ok';
  const style = {
    '--fg-used': used,
    '--fg-reserved': share(spent + reserved, budget.limit) - used,
  } as CSSProperties;

  return (
    <div className="fg-meter" data-state={state}>
      <p className="fg-meter-line">
        <span className="fg-meter-scope">{scope}</span>
        <span className="fg-meter-amount">
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
          write(budget.unit, reserved),
        )}
        style={style}
      >
        <span className="fg-meter-spent" />
        <span className="fg-meter-reserved" />
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
      <p className="fg-meter-notes">
        <span className="fg-meter-left">
          {left >= 0
            ? words.left(atMost(write(budget.unit, left)))
            : words.overspent(write(budget.unit, -left))}
        </span>
        {reserved > 0 ? (
          <span className="fg-meter-reserved-note">{words.reserved(write(budget.unit, reserved))}</span>
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
    </div>
  );
}
