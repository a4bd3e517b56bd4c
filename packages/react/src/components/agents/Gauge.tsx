import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, CSSProperties } from 'react';
import { cx } from '../../lib/cx.js';

export interface GaugeProps extends Omit<ComponentPropsWithoutRef<'span'>, 'children'> {
  readonly label: string;
  /** 0 to 1; what is above shows as full. */
  readonly share: number;
  /** What the share means, for assistive technology. */
  readonly text: string;
  /** @default none */
  readonly tone?: 'warning' | 'error' | 'good' | undefined;
}

/** How full something is. The words beside it say the same. */
export const Gauge = forwardRef<HTMLSpanElement, GaugeProps>(function Gauge(
  { label, share, text, tone, className, ...rest },
  ref,
) {
  const percent = Math.round(Math.max(0, Math.min(1, Number.isFinite(share) ? share : 1)) * 100);
  return (
    <span
      ref={ref}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      className={cx('fg-gauge', className)}
      data-tone={tone}
      style={{ '--fg-share': `${percent}%` } as CSSProperties}
      {...rest}
    />
  );
});
