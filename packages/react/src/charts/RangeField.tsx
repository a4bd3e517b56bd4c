'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { cx } from '../lib/cx.js';
import { chartsLabels } from './charts-labels.js';
import { dayOfIso, daysOfRange, isoOfDay, RANGES } from './range.js';
import type { AnalyticsRange } from './range.js';

export interface RangeFieldProps extends Omit<ComponentPropsWithoutRef<'div'>, 'onChange'> {
  readonly value: AnalyticsRange;
  readonly onChange: (value: AnalyticsRange) => void;
  /** Today, as days since the epoch: where a custom period begins with. */
  readonly today: number;
}

/** Which days are looked at: 30, 60 or 90, or from one date to another. Renders again only with its props. */
export const RangeField = forwardRef<HTMLDivElement, RangeFieldProps>(function RangeField(
  { value, onChange, today, className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const words = labels(chartsLabels);
  const days = 'days' in value ? value.days : undefined;
  const { from, to } = daysOfRange(value, today);
  const custom = { from: isoOfDay(from), to: isoOfDay(to) };
  const change = (name: 'from' | 'to', date: string): void => {
    if (dayOfIso(date) === undefined) return;
    const next = { ...custom, [name]: date };
    // A period never ends before it begins: the other date follows.
    onChange(next.from <= next.to ? next : { from: date, to: date });
  };
  return (
    <div ref={ref} role="group" aria-label={words.range} className={cx('fg-period', className)} {...rest}>
      {RANGES.map((option) => (
        <button
          key={option}
          type="button"
          className="fg-button"
          aria-pressed={days === option}
          onClick={() => onChange({ days: option })}
        >
          {words.lastDays(option)}
        </button>
      ))}
      <button
        type="button"
        className="fg-button"
        aria-pressed={days === undefined}
        onClick={() => onChange(custom)}
      >
        {words.custom}
      </button>
      {days === undefined
        ? (['from', 'to'] as const).map((name) => (
            <label key={name} className="fg-field">
              <span className="fg-field-label fg-quiet">
                {name === 'from' ? words.fromDate : words.toDate}
              </span>
              <input
                type="date"
                className="fg-input"
                value={custom[name]}
                onChange={(event) => change(name, event.target.value)}
              />
            </label>
          ))
        : null}
    </div>
  );
});
