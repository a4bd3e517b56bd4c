'use client';

import type { CostTotals } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { describeCost } from './describe-cost.js';

export interface CostTextProps extends ComponentPropsWithoutRef<'span'> {
  readonly cost: CostTotals;
}

/** An amount with its certainty: "$1.23", "≥ $1.23" or "—"; all decimals and the basis as a hint. */
export const CostText = forwardRef<HTMLSpanElement, CostTextProps>(function CostText(
  { cost, className, ...rest },
  ref,
) {
  const { text, hint, certainty } = describeCost(cost, useTexts());
  return (
    <span ref={ref} className={cx('fg-money', className)} data-certainty={certainty} title={hint} {...rest}>
      {text}
    </span>
  );
});
