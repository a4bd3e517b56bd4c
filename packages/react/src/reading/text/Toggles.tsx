'use client';

import type { ReactElement } from 'react';

export interface TogglesProps<V extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: V; readonly label: string; readonly count: string }[];
  readonly hidden: ReadonlySet<V>;
  readonly onChange: (hidden: ReadonlySet<V>) => void;
}

/** Kinds of rows, each of which can be left out. Renders again only with its props. */
export function Toggles<V extends string>({
  label,
  options,
  hidden,
  onChange,
}: TogglesProps<V>): ReactElement {
  const turn = (value: V): void => {
    const next = new Set(hidden);
    if (!next.delete(value)) next.add(value);
    onChange(next);
  };
  return (
    <div className="fg-kinds" role="group" aria-label={label}>
      {options.map(({ value, label: word, count }) => (
        <button
          key={value}
          type="button"
          className="fg-kind"
          aria-pressed={!hidden.has(value)}
          onClick={() => turn(value)}
        >
          {word} <span className="fg-kind-count">{count}</span>
        </button>
      ))}
    </div>
  );
}
