import type { ReactElement } from 'react';
import { fillOf } from './series.js';

export interface DoughnutPart {
  /** At least 0. */
  readonly amount: number;
  /** Told where the pointer rests. */
  readonly title: string;
}

export interface DoughnutProps {
  readonly parts: readonly DoughnutPart[];
  /** Of the patterns. */
  readonly patternId: string;
  /** For assistive technology; the figures stand beside it. */
  readonly label: string;
  /** In pixels. */
  readonly size: number;
}

/** Inner radius as a share of the outer one. */
const HOLE = 0.62;

/** Shares of a whole, from the top on, clockwise. A few parts need no chart library. */
export function Doughnut({ parts, patternId, label, size }: DoughnutProps): ReactElement {
  const radius = size / 2 - 4;
  const whole = parts.reduce((sum, { amount }) => sum + amount, 0);
  const ends = parts.reduce<number[]>(
    (shares, { amount }) => [...shares, (shares.at(-1) ?? 0) + (whole > 0 ? amount / whole : 0)],
    [],
  );
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`}
    >
      {parts.map(({ title }, at) => (
        <path
          key={at}
          d={segment(ends[at - 1] ?? 0, ends[at] ?? 0, radius)}
          fill={fillOf(patternId, at)}
          stroke="var(--fg-surface)"
          strokeWidth={2}
        >
          <title>{title}</title>
        </path>
      ))}
    </svg>
  );
}

/** Outline of the part between two shares of the whole; empty where there is none. */
export function segment(from: number, to: number, radius: number): string {
  const share = to - from;
  if (!(share > 0)) return '';
  const inner = radius * HOLE;
  if (share > 0.9999) return circle(radius, 1) + circle(inner, 0);
  const large = share > 0.5 ? 1 : 0;
  const [a, b] = [point(from, radius), point(to, radius)];
  const [c, d] = [point(to, inner), point(from, inner)];
  return `M${a}A${radius} ${radius} 0 ${large} 1 ${b}L${c}A${inner} ${inner} 0 ${large} 0 ${d}Z`;
}

/** An arc cannot end where it begins: two halves. Opposite directions leave a hole. */
function circle(radius: number, clockwise: 0 | 1): string {
  const [top, bottom] = [point(0, radius), point(0.5, radius)];
  const arc = `A${radius} ${radius} 0 0 ${clockwise} `;
  return `M${top}${arc}${bottom}${arc}${top}Z`;
}

function point(share: number, radius: number): string {
  const angle = 2 * Math.PI * share;
  return `${(Math.sin(angle) * radius).toFixed(2)} ${(-Math.cos(angle) * radius).toFixed(2)}`;
}
