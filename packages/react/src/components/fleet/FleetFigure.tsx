import type { ReactElement, ReactNode } from 'react';

export interface FleetFigureProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly hint?: string | undefined;
  readonly simulated?: boolean;
}

/** A figure with its name and what has to be said beside it. Renders again only with its props. */
export function FleetFigure({ name, value, note, hint, simulated }: FleetFigureProps): ReactElement {
  return (
    <div className="fg-fleet-figure">
      <dt>{name}</dt>
      <dd className="fg-figure-value" title={hint}>
        {value}
      </dd>
      <dd className="fg-stat-note fg-quiet" data-simulated={simulated || undefined}>
        {note}
      </dd>
    </div>
  );
}
