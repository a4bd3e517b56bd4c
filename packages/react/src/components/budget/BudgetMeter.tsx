'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useBudgetKeys } from '../../hooks/useBudget.js';
import { cx } from '../../lib/cx.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { Card } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { Meter } from './Meter.js';
import { budgetLabels } from './budget-labels.js';

export interface BudgetMeterProps extends ComponentPropsWithoutRef<'section'> {
  /** Shows the limits that concern the run: its own, its thread's and the fleet's. @default those that runs share */
  readonly runId?: string | undefined;
}

/**
 * Limits, one meter each: spent, reserved, where it is going, thresholds, and a new limit in place. Renders again when
 * a limit is set; each meter at the cost cadence.
 */
export const BudgetMeter = forwardRef<HTMLElement, BudgetMeterProps>(function BudgetMeter(
  { runId, className, ...rest },
  ref,
) {
  const keys = useBudgetKeys(runId);
  const { labels } = useTexts();
  const words = labels(budgetLabels);
  const isShared = runId === undefined;
  return (
    <Card
      ref={ref}
      heading={isShared ? words.sharedTitle : words.title}
      note={isShared || keys.length === 0 ? undefined : <SimulatedTag runId={runId} />}
      className={cx('fg-budget', className)}
      {...rest}
    >
      {keys.length === 0 ? (
        <EmptyNote
          heading={isShared ? words.sharedNone : words.none}
          hint={isShared ? words.sharedNoneHint : words.noneHint}
        />
      ) : (
        keys.map((key) => <Meter key={key} budgetKey={key} />)
      )}
    </Card>
  );
});
