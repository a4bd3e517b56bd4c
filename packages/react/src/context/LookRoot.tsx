'use client';

import { useMemo } from 'react';
import type { ComponentPropsWithRef, ReactElement } from 'react';
import { createFormat } from '../format/format.js';
import { createLabelLookup } from '../labels/define-labels.js';
import type { LabelOverrides } from '../labels/labels.js';
import { cx } from '../lib/cx.js';
import type { Density, Theme } from './look.js';
import { TextsContext } from './monitor-context.js';

/** Look and language of everything below. */
export interface LookProps extends ComponentPropsWithRef<'div'> {
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
}

/** Gives every component below it a language and a look: its own element carries the `--fg-*` tokens. */
export function LookRoot({
  theme = 'system',
  density = 'comfortable',
  labels,
  locale,
  timeZone,
  className,
  children,
  ...rest
}: LookProps): ReactElement {
  const texts = useMemo(
    () => ({
      labels: createLabelLookup(labels),
      format: createFormat(supportedLocale(locale), timeZone),
    }),
    [labels, locale, timeZone],
  );
  return (
    <TextsContext.Provider value={texts}>
      <div className={cx('fg-root', className)} data-theme={theme} data-density={density} {...rest}>
        {children}
      </div>
    </TextsContext.Provider>
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
