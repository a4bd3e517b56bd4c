import type { Series } from '@fleetglass/core/client';
import { forwardRef, memo } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { burnColumns } from '../../derive/burn.js';
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
const COLUMNS = 300;
const HEIGHT = 100;
/** Free part at the top, for the thickness of the line. */
const HEADROOM = 4;

/**
 * The rate of spending over time: one path, rewritten from at most 300 columns, so that an update costs the same for
 * a run of a minute and of a week. It fills its box; size it by CSS. Renders again only with its props.
 */
export const SpendLine = memo(
  forwardRef<SVGSVGElement, SpendLineProps>(function SpendLine(
    { series, since = series.start, until, className, ...rest },
    ref,
  ) {
    const rates = burnColumns(series, since, until, COLUMNS);
    const line = linePath(rates);
    return (
      <svg
        ref={ref}
        className={cx('fg-line', className)}
        viewBox={`0 0 ${COLUMNS} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        {...rest}
      >
        <path className="fg-line-area" d={line === '' ? '' : `${line}V${HEIGHT}H0z`} />
        <path className="fg-line-stroke" d={line} />
      </svg>
    );
  }),
);

function linePath(rates: readonly number[]): string {
  if (rates.length === 0) return '';
  const peak = Math.max(...rates);
  const scale = peak > 0 ? (HEIGHT - HEADROOM) / peak : 0;
  const stride = COLUMNS / Math.max(1, rates.length - 1);
  let d = '';
  for (let index = 0; index < rates.length; index += 1) {
    const y = HEIGHT - (rates[index] ?? 0) * scale;
    d += `${index === 0 ? 'M' : 'L'}${(index * stride).toFixed(1)} ${y.toFixed(1)}`;
  }
  return rates.length === 1 ? `${d}H${COLUMNS}` : d;
}
