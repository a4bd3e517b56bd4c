import { selectSpendLine } from '@fleetglass/core/client';
import type { Series } from '@fleetglass/core/client';
import { forwardRef, memo } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { cx } from '../../lib/cx.js';

export interface SpendLineProps extends ComponentPropsWithoutRef<'svg'> {
  /** Nano-dollars over time. */
  readonly series: Series;
  /** Beginning of the line in milliseconds since the epoch. @default the first amount */
  readonly since?: number;
  /** End of the line in milliseconds since the epoch; later than the last amount when nothing was spent since. */
  readonly until: number;
}

/** Columns drawn at most: more than a sparkline's pixels would only cost time. */
const COLUMNS = 256;
const HEIGHT = 1000;
/** Free part at the top, for the thickness of the line. */
const HEADROOM = 40;
/** How far outside of the box the area is closed, so that its edge is not seen. */
const OUTSIDE = 400;

/**
 * The rate of spending over time: one path, rewritten from at most 256 columns, so that an update costs the same for
 * a run of a minute and of a week. It fills its box; size it by CSS. Renders again only with its props.
 */
export const SpendLine = memo(
  forwardRef<SVGSVGElement, SpendLineProps>(function SpendLine(
    { series, since = series.start, until, className, ...rest },
    ref,
  ) {
    const rates = selectSpendLine(series, since, until, COLUMNS);
    return (
      <svg
        ref={ref}
        className={cx('fg-line', className)}
        viewBox={`0 0 ${Math.max(1, rates.length - 1)} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        {...rest}
      >
        <path className="fg-line-path" d={areaPath(rates)} />
      </svg>
    );
  }),
);

/** The line and the area below it as one outline; a column is a unit wide, so that all numbers are whole. */
function areaPath(rates: readonly number[]): string {
  if (rates.length === 0) return '';
  const peak = Math.max(...rates);
  const scale = peak > 0 ? (HEIGHT - HEADROOM) / peak : 0;
  const heights = rates.map((rate) => Math.round(HEIGHT - rate * scale));
  const line = heights.map((y, x) => `L${x} ${y}`).join('');
  const [first = HEIGHT] = heights;
  const end = Math.max(1, heights.length - 1) + OUTSIDE;
  return `M${-OUTSIDE} ${HEIGHT + OUTSIDE}V${first}${line}H${end}V${HEIGHT + OUTSIDE}z`;
}
