import type { ReactElement } from 'react';

/** Colour and pattern of the parts of a chart, so that they can be told without colour. The last is for what remains. */
export const STYLES = 7;

/** Lines and dots over a colour, in a tile of 8 by 8. */
const MARKS: readonly (ReactElement | null)[] = [
  null,
  <path key="m" d="M-2 2 2-2M-2 10 10-2M6 10l4-4" />,
  <path key="m" d="M2 0v8M6 0v8" />,
  <g key="m">
    <circle cx="2" cy="2" r="1" />
    <circle cx="6" cy="6" r="1" />
  </g>,
  <path key="m" d="M-2 6l4 4M-2-2l12 12M6-2l4 4" />,
  <path key="m" d="M0 2h8M0 6h8" />,
  <path key="m" d="M0 4h8M4 0v8" />,
];

/** What is made up is violet, here as everywhere. */
export const SIMULATED = 3;

const styleOf = (index: number): number => index % STYLES;

/** What to fill the part at `index` with, inside the element that {@link Patterns} of the same id stand in. */
export const fillOf = (id: string, index: number): string => `url(#${id}-${styleOf(index)})`;
export const colorOf = (index: number): string => `var(--fg-chart-${styleOf(index) + 1})`;

export function Patterns({
  id,
  count = STYLES,
}: {
  readonly id: string;
  readonly count?: number;
}): ReactElement {
  return (
    <defs>
      {MARKS.slice(0, count).map((mark, index) => (
        <pattern key={index} id={`${id}-${index}`} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect width="8" height="8" fill={colorOf(index)} />
          <g className="fg-chart-mark">{mark}</g>
        </pattern>
      ))}
    </defs>
  );
}

/** The colour and pattern of a part beside its name. */
export function Swatch({ id, index }: { readonly id: string; readonly index: number }): ReactElement {
  return (
    <svg className="fg-swatch" viewBox="0 0 14 14" aria-hidden="true">
      <rect width="14" height="14" rx="2" fill={fillOf(id, index)} />
    </svg>
  );
}

export interface LegendProps {
  /** Of the {@link Patterns} that this legend brings along. */
  readonly id: string;
  readonly names: readonly string[];
  /** Their colours and patterns. @default in order */
  readonly styles?: readonly number[] | undefined;
}

/** Names of the parts of a chart, and the patterns that its drawing uses too. */
export function Legend({ id, names, styles }: LegendProps): ReactElement {
  return (
    <ul className="fg-chart-legend">
      {names.map((name, index) => (
        <li key={name}>
          <Swatch id={id} index={styles?.[index] ?? index} />
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Holds the patterns of a chart; drawn first, so that its legend and drawing can refer to them. */
export function PatternSheet({ id }: { readonly id: string }): ReactElement {
  return (
    <svg className="fg-pattern-sheet" aria-hidden="true" focusable="false">
      <Patterns id={id} />
    </svg>
  );
}
