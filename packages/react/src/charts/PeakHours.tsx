'use client';

import type { Analytics } from '@fleetglass/core/client';
import { forwardRef, useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { exactUsd } from '@fleetglass/core/client';
import { ChartCard } from './ChartCard.js';
import type { ChartProps } from './ChartCard.js';
import { chartsLabels } from './charts-labels.js';
import type { AnalyticsRange } from './range.js';
import { useAnalytics } from './useAnalytics.js';
import { zoneOf } from './zone.js';

export interface PeakHoursProps extends ChartProps {
  /** @default the last 30 days */
  readonly range?: AnalyticsRange | undefined;
  /** Figures of the host instead of those that the monitor holds: 7 times 24, Monday first. */
  readonly data?: Analytics['hours'];
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 7 }, (_, day) => day);
const MOVES: { readonly [key: string]: readonly [days: number, hours: number] } = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * When models are called, by weekday and hour of the provider's time zone: the more calls, the larger and stronger the
 * square. Renders again when a count changes, and as the reader moves among the hours.
 */
export const PeakHours = forwardRef<HTMLElement, PeakHoursProps>(function PeakHours(
  { range, data, ...rest },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(chartsLabels);
  const zone = zoneOf(format);
  const analytics = useAnalytics({ range }, data === undefined);
  const hours = data ?? analytics?.hours;
  const cellId = useId();
  const [at, setAt] = useState<number>();
  const most = Math.max(0, ...(hours?.calls ?? []));
  const callsAt = (place: number): number => hours?.calls[place] ?? 0;
  const spentAt = (place: number): number => hours?.spent[place] ?? 0;
  const tell = (place: number): string =>
    words.heatCell(
      zone.weekday(Math.floor(place / 24)),
      zone.hour(place % 24),
      format.count(callsAt(place)),
      format.money(spentAt(place)),
    );
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const [days, steps] = MOVES[event.key] ?? [];
    if (days === undefined || steps === undefined) return;
    event.preventDefault();
    const isRtl = getComputedStyle(event.currentTarget).direction === 'rtl';
    const from = at ?? 0;
    const day = Math.min(6, Math.max(0, Math.floor(from / 24) + days));
    const hour = Math.min(23, Math.max(0, (from % 24) + (isRtl ? -steps : steps)));
    setAt(at === undefined ? 0 : day * 24 + hour);
  };
  return (
    <ChartCard
      ref={ref}
      heading={words.peakHours}
      loading={hours ? false : 'bars'}
      isEmpty={most === 0}
      table={() => ({
        columns: [
          { label: words.weekday },
          { label: words.hour },
          { label: words.calls, numeric: true },
          { label: words.costUsd, numeric: true },
        ],
        rows: DAYS.flatMap((day) => HOURS.map((hour) => day * 24 + hour))
          .filter((place) => callsAt(place) > 0)
          .map((place) => ({
            key: String(place),
            cells: [
              { text: zone.weekday(Math.floor(place / 24)) },
              { text: zone.hour(place % 24) },
              { text: format.count(callsAt(place)), value: callsAt(place) },
              { text: format.money(spentAt(place)), value: exactUsd(spentAt(place)) },
            ],
          })),
      })}
      {...rest}
    >
      <div
        className="fg-heat"
        role="grid"
        tabIndex={0}
        aria-label={words.peakHours}
        aria-activedescendant={at === undefined ? undefined : `${cellId}-${at}`}
        onKeyDown={move}
        onFocus={() => setAt((place) => place ?? peakOf(hours?.calls))}
        onBlur={() => setAt(undefined)}
        onPointerLeave={() => setAt(undefined)}
      >
        {DAYS.map((day) => (
          <div key={day} role="row" className="fg-heat-row">
            <span role="rowheader" className="fg-heat-day">
              {zone.weekday(day)}
            </span>
            {HOURS.map((hour) => {
              const place = day * 24 + hour;
              const share = most > 0 ? Math.sqrt(callsAt(place) / most) : 0;
              return (
                <span
                  key={hour}
                  id={`${cellId}-${place}`}
                  role="gridcell"
                  className="fg-heat-cell"
                  aria-label={tell(place)}
                  aria-selected={place === at}
                  data-empty={share === 0 ? '' : undefined}
                  style={{ '--fg-share': share } as object}
                  onPointerEnter={() => setAt(place)}
                />
              );
            })}
          </div>
        ))}
        <div className="fg-heat-row fg-heat-hours" aria-hidden="true">
          <span />
          {HOURS.map((hour) => (
            <span key={hour}>{hour % 6 === 0 ? zone.hour(hour) : ''}</span>
          ))}
        </div>
      </div>
      <div className="fg-heat-foot">
        <p className="fg-heat-told">{at === undefined ? words.heatHint : tell(at)}</p>
        <p className="fg-heat-scale" aria-hidden="true">
          {words.less}
          {[0, 0.35, 0.7, 1].map((share) => (
            <span
              key={share}
              className="fg-heat-cell"
              data-empty={share === 0 ? '' : undefined}
              style={{ '--fg-share': share } as object}
            />
          ))}
          {words.moreCalls}
        </p>
      </div>
    </ChartCard>
  );
});

/** Where the most is. */
const peakOf = (counts: readonly number[] = []): number => Math.max(0, counts.indexOf(Math.max(...counts)));
