'use client';

import type { ReactElement } from 'react';
import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import { fillOf } from '../series.js';
import { ChartTip } from './ChartTip.js';
import { AXIS, axisWidth, MARGINS, READ } from './drawing.js';
import type { DrawingProps } from './drawing.js';

/** Amounts as bars, their parts on each other. At most some 100 rows. */
export function BarsDrawing(props: DrawingProps): ReactElement {
  const { rows, parts, patternId, label, width, height, rtl, formatX, formatY, whole = false } = props;
  const top = rows.reduce(
    (most, { values }) =>
      Math.max(
        most,
        values.reduce((a, b) => a + b, 0),
      ),
    0,
  );
  return (
    <BarChart
      width={width}
      height={height}
      data={rows}
      margin={MARGINS[rtl ? 'rtl' : 'ltr']}
      barCategoryGap={rows.length > 40 ? 1 : '18%'}
      accessibilityLayer
      title={label}
    >
      <CartesianGrid vertical={false} stroke="var(--fg-line)" />
      <XAxis
        {...AXIS}
        dataKey="x"
        interval="equidistantPreserveStart"
        minTickGap={20}
        tickFormatter={formatX}
        axisLine={{ stroke: 'var(--fg-line-strong)' }}
        reversed={rtl}
      />
      <YAxis
        {...AXIS}
        width={axisWidth([formatY(top), formatY(top / 4)])}
        orientation={rtl ? 'right' : 'left'}
        domain={[0, top > 0 ? 'auto' : 1]}
        allowDecimals={!whole}
        tickFormatter={formatY}
        axisLine={false}
      />
      <Tooltip content={<ChartTip />} isAnimationActive={false} cursor={{ fill: 'var(--fg-raised)' }} />
      {READ.slice(0, parts).map((read, part) => (
        <Bar
          key={part}
          dataKey={read}
          stackId="all"
          fill={fillOf(patternId, part)}
          maxBarSize={48}
          isAnimationActive={false}
        />
      ))}
    </BarChart>
  );
}
