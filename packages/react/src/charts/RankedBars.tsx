import type { ReactElement, ReactNode } from 'react';

/** One bar with its name and its figure. */
export interface RankedRow {
  readonly key: string;
  readonly name: ReactNode;
  /** Length of the bar, 0 to 1. */
  readonly share: number;
  /** Part of the bar that is hatched, 0 to 1 of its length. @default 0 */
  readonly hatched?: number;
  /** What the hatched part says: made up, or failed. @default 'simulated' */
  readonly hatch?: 'simulated' | 'failed';
  readonly value: ReactNode;
  readonly hint?: string | undefined;
  /** Smaller, below the figure. */
  readonly note?: ReactNode;
}

export interface RankedBarsProps {
  readonly label: string;
  readonly rows: readonly RankedRow[];
  /** Said below: how many are not drawn. */
  readonly more?: string | undefined;
}

/** Names and figures with a bar below each: every figure can be read without pointing at anything. */
export function RankedBars({ label, rows, more }: RankedBarsProps): ReactElement {
  return (
    <>
      <ol className="fg-ranked" aria-label={label}>
        {rows.map(({ key, name, share, hatched = 0, hatch = 'simulated', value, hint, note }) => (
          <li key={key} className="fg-ranked-row">
            <span className="fg-ranked-name">{name}</span>
            {note === undefined ? null : <span className="fg-ranked-note">{note}</span>}
            <span className="fg-ranked-value" title={hint}>
              {value}
            </span>
            <span className="fg-ranked-track" aria-hidden="true">
              <span className="fg-ranked-bar" style={{ inlineSize: percent(share * (1 - hatched)) }} />
              <span
                className="fg-ranked-bar"
                data-hatched={hatch}
                style={{ inlineSize: percent(share * hatched) }}
              />
            </span>
          </li>
        ))}
      </ol>
      {more === undefined ? null : <p className="fg-chart-more">{more}</p>}
    </>
  );
}

const percent = (share: number): string => `${Math.round(1000 * Math.min(1, Math.max(0, share))) / 10}%`;
