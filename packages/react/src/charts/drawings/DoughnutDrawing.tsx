'use client';

import type { ReactElement } from 'react';
import { Pie, PieChart, Tooltip } from 'recharts';
import { fillOf } from '../series.js';
import { ChartTip } from './ChartTip.js';
import { READ } from './drawing.js';
import type { DrawingProps } from './drawing.js';

/** Shares of a whole as a ring. A few rows, one part each. */
export function DoughnutDrawing({ rows, patternId, label, width, height }: DrawingProps): ReactElement {
  const radius = Math.min(width, height) / 2 - 4;
  return (
    <PieChart width={width} height={height} accessibilityLayer title={label}>
      <Tooltip content={<ChartTip />} isAnimationActive={false} />
      <Pie
        data={rows.map((row, at) => ({ ...row, fill: fillOf(patternId, at) }))}
        dataKey={READ[0] as (typeof READ)[number]}
        innerRadius={radius * 0.62}
        outerRadius={radius}
        startAngle={90}
        endAngle={-270}
        stroke="var(--fg-surface)"
        strokeWidth={2}
        isAnimationActive={false}
      />
    </PieChart>
  );
}
