'use client';

import { lazy, Suspense, useId, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { useWidth } from '../lib/useWidth.js';
import { chartsLabels } from './charts-labels.js';
import type { DrawingProps } from './drawings/drawing.js';

/** Recharts is loaded when the first of these is drawn. */
const KINDS = {
  trend: lazy(() => import('./drawings/TrendDrawing.js').then((file) => ({ default: file.TrendDrawing }))),
  bars: lazy(() => import('./drawings/BarsDrawing.js').then((file) => ({ default: file.BarsDrawing }))),
};

export interface LazyDrawingProps extends Omit<DrawingProps, 'height' | 'rtl' | 'width'> {
  readonly kind: keyof typeof KINDS;
  /** @default 220 */
  readonly height?: number;
}

const FIRST_WIDTH = 600;

/** A drawing as wide as its place, and its shape until Recharts has arrived. */
export function Drawing({ kind, height = 220, ...drawing }: LazyDrawingProps): ReactElement {
  const { labels } = useTexts();
  const { keys } = labels(chartsLabels);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const hintId = useId();
  const width = useWidth(element, FIRST_WIDTH);
  const rtl = element !== null && getComputedStyle(element).direction === 'rtl';
  const Kind = KINDS[kind];
  return (
    <figure
      ref={setElement}
      className="fg-chart-drawing"
      data-kind={kind}
      style={{ blockSize: height }}
      aria-label={drawing.label}
      aria-describedby={hintId}
    >
      <span id={hintId} className="fg-hidden">
        {keys}
      </span>
      <Suspense fallback={<DrawingSkeleton kind={kind} />}>
        {element ? (
          <Kind {...drawing} width={width} height={height} rtl={rtl} />
        ) : (
          <DrawingSkeleton kind={kind} />
        )}
      </Suspense>
    </figure>
  );
}

const BARS = [34, 58, 46, 72, 40, 88, 64, 52, 78, 44, 60, 36];

export type SkeletonKind = keyof typeof KINDS | 'doughnut';

/** The shape of what is coming. */
export function DrawingSkeleton({ kind }: { readonly kind: SkeletonKind }): ReactElement {
  const { labels } = useTexts();
  return (
    <div
      className="fg-skeleton fg-chart-skeleton"
      data-kind={kind}
      role="status"
      aria-label={labels(chartsLabels).loadingChart}
    >
      {(kind === 'doughnut' ? [100] : BARS).map((height, at) => (
        <span key={at} className="fg-skeleton-block" style={{ blockSize: `${height}%` }} />
      ))}
    </div>
  );
}
