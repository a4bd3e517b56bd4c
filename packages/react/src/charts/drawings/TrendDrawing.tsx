'use client';

import type { ReactElement } from 'react';
import { Area, AreaChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import { colorOf, fillOf } from '../series.js';
import { ChartTip } from './ChartTip.js';
import { AXIS, axisWidth, MARGINS, READ, ticksOf } from './drawing.js';
import type { DrawingProps } from './drawing.js';

/** Constants, so that Recharts does not take them for new settings at each update. */
const GRID = { vertical: false, stroke: 'var(--fg-line)' } as const;
const BASE_LINE = { stroke: 'var(--fg-line-strong)' };
const ACTIVE_DOT = { r: 3.5, stroke: 'var(--fg-surface)' };
const DOMAIN = ['dataMin', 'dataMax'] as const;
const IN_ORDER: readonly number[] = [];
const TIP = <ChartTip />;

/** Amounts over time as areas on each other; numeric axis, no dots, no animation. At most some 400 rows. */
export function TrendDrawing(props: DrawingProps): ReactElement {
  const { rows, parts, styles = IN_ORDER, patternId, label, width, height, rtl, formatX, formatY } = props;
  const [first = 0, last = 0] = [rows[0]?.x, rows.at(-1)?.x];
  const top = rows.reduce(
    (most, { values }) =>
      Math.max(
        most,
        values.reduce((a, b) => a + b, 0),
      ),
    0,
  );
  return (
    <AreaChart
      width={width}
      height={height}
      data={rows}
      margin={MARGINS[rtl ? 'rtl' : 'ltr']}
      accessibilityLayer
      title={label}
    >
      <CartesianGrid {...GRID} />
      <XAxis
        {...AXIS}
        dataKey="x"
        type="number"
        domain={DOMAIN}
        ticks={ticksOf(first, last, width)}
        interval="preserveStartEnd"
        tickFormatter={formatX}
        axisLine={BASE_LINE}
        reversed={rtl}
      />
      <YAxis
        {...AXIS}
        width={axisWidth([formatY(top), formatY(top / 4)])}
        orientation={rtl ? 'right' : 'left'}
        domain={[0, top > 0 ? 'auto' : 1]}
        tickFormatter={formatY}
        axisLine={false}
      />
      <Tooltip content={TIP} isAnimationActive={false} cursor={BASE_LINE} />
      {READ.slice(0, parts).map((read, part) => (
        <Area
          key={part}
          dataKey={read}
          {...(parts > 1 && { stackId: 'all' })}
          type="linear"
          stroke={colorOf(styles[part] ?? part)}
          strokeWidth={1.75}
          fill={part === 0 ? colorOf(part) : fillOf(patternId, styles[part] ?? part)}
          fillOpacity={part === 0 ? 0.14 : 0.5}
          dot={false}
          activeDot={ACTIVE_DOT}
          isAnimationActive={false}
        />
      ))}
    </AreaChart>
  );
}
