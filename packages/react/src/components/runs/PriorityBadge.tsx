'use client';

import type { Priority } from '@fleetglass/core/protocol';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { runsLabels } from './runs-labels.js';

export interface PriorityBadgeProps extends ComponentPropsWithoutRef<'span'> {
  /** A run without a priority is a normal one. */
  readonly priority: Priority | undefined;
}

const BARS: { readonly [P in Priority]: number } = { low: 1, normal: 2, high: 3, critical: 4 };

/** A priority as bars and word. Renders again only with its props. */
export const PriorityBadge = forwardRef<HTMLSpanElement, PriorityBadgeProps>(function PriorityBadge(
  { priority = 'normal', className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const words: { readonly [priority: string]: string } = labels(runsLabels).priorities;
  const bars = BARS[priority];
  return (
    <span ref={ref} className={cx('fg-priority', className)} data-priority={priority} {...rest}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect
            key={bar}
            x={bar * 3}
            y={9 - bar * 3}
            width="2"
            height={3 + bar * 3}
            data-on={bar < bars || undefined}
          />
        ))}
      </svg>
      {words[priority] ?? priority}
    </span>
  );
});
