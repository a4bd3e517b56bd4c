import type { ReactElement } from 'react';
import type { DrawingRow } from './drawing.js';

export interface ChartTipProps {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}

/** The values at the place that the pointer or the arrow keys are at. */
export function ChartTip({ active = false, payload }: ChartTipProps): ReactElement | null {
  const row = payload?.[0]?.payload as DrawingRow | undefined;
  if (!active || !row) return null;
  const [heading = '', ...lines] = row.tip();
  return (
    <div className="fg-chart-tip">
      <p className="fg-chart-tip-head">{heading}</p>
      {lines.map((line, at) => (
        <p key={at}>{line}</p>
      ))}
    </div>
  );
}
