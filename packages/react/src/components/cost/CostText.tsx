'use client';

import type { CostTotals } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { describeCost } from './describe-cost.js';

export interface CostTextProps extends ComponentPropsWithoutRef<'span'> {
  readonly cost: CostTotals;
  /** How many calls of unknown cost were cut off, where that is known. */
  readonly cutOff?: number | undefined;
}

/** An amount with its certainty: "$1.23", "≥ $1.23" or "—"; all decimals and the basis as a hint. */
export const CostText = forwardRef<HTMLSpanElement, CostTextProps>(function CostText(
  { cost, cutOff, className, ...rest },
  ref,
) {
  const { text, hint, certainty } = describeCost(cost, useTexts(), cutOff);
  return (
    <span ref={ref} className={cx('fg-money', className)} data-certainty={certainty} title={hint} {...rest}>
      {text}
    </span>
  );
});
