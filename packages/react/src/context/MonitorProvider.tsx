'use client';

import { systemClock } from '@fleetglass/core/client';
import type { Clock, Monitor } from '@fleetglass/core/client';
import { useMemo } from 'react';
import type { ComponentPropsWithRef, ReactElement } from 'react';
import { createFormat } from '../format/format.js';
import { createLabelLookup } from '../labels/define-labels.js';
import type { LabelOverrides } from '../labels/labels.js';
import { cx } from '../lib/cx.js';
import { MonitorSourceContext, TextsContext } from './monitor-context.js';
import type { Cadence } from './monitor-context.js';
import { createLogTime } from './log-time.js';
import { createSnapshotHub } from './snapshot-hub.js';
import { createTicker } from './ticker.js';

export type Theme = 'light' | 'dark' | 'system' | 'industrial';
export type Density = 'comfortable' | 'compact';

export interface MonitorProviderProps extends ComponentPropsWithRef<'div'> {
  readonly monitor: Monitor;
  /** @default 'system' */
  readonly theme?: Theme;
  /** @default 'comfortable' */
  readonly density?: Density;
  /** Words to replace; pass a constant or a memoised object. @default English */
  readonly labels?: LabelOverrides;
  /** BCP 47 tag for numbers, money and dates. @default the browser's language */
  readonly locale?: string;
  /** IANA name. @default the browser's own */
  readonly timeZone?: string;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Pass a constant or a memoised object. */
  readonly cadence?: Partial<Cadence>;
}

const CADENCE: Cadence = { cost: 250, progress: 100, agents: 500 };
const TICK_MS = 1000;

/**
 * Gives every component and hook below it a monitor, a language and a look. Its own element carries the `--fg-*`
 * tokens; nothing outside of it is styled. It never renders again because of data.
 */
export function MonitorProvider({
  monitor,
  theme = 'system',
  density = 'comfortable',
  labels,
  locale,
  timeZone,
  clock = systemClock,
  cadence,
  className,
  children,
  ...rest
}: MonitorProviderProps): ReactElement {
  const source = useMemo(() => {
    const logTime = createLogTime(clock);
    logTime.observe(monitor.getSnapshot());
    return {
      monitor,
      clock,
      logTime,
      hub: createSnapshotHub(monitor, clock, logTime.observe),
      ticker: createTicker(clock, TICK_MS, typeof document === 'undefined' ? undefined : document),
      cadence: { ...CADENCE, ...cadence },
    };
  }, [monitor, clock, cadence]);
  const texts = useMemo(
    () => ({
      labels: createLabelLookup(labels),
      format: createFormat(supportedLocale(locale), timeZone),
    }),
    [labels, locale, timeZone],
  );
  return (
    <MonitorSourceContext.Provider value={source}>
      <TextsContext.Provider value={texts}>
        <div className={cx('fg-root', className)} data-theme={theme} data-density={density} {...rest}>
          {children}
        </div>
      </TextsContext.Provider>
    </MonitorSourceContext.Provider>
  );
}

/** A browser's language may be a name that `Intl` refuses, such as `C`. */
function supportedLocale(locale: string | undefined): string {
  const wanted = locale ?? (typeof navigator === 'undefined' ? 'en' : navigator.language);
  try {
    return Intl.NumberFormat.supportedLocalesOf(wanted)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
