'use client';

import type { AlertSeverity } from '@fleetglass/core/protocol';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { alertsLabels } from './alerts-labels.js';

/** One outline a severity, in a box of 12 by 12. */
const SHAPES: { readonly [S in AlertSeverity]: ReactElement } = {
  info: (
    <>
      <circle cx="6" cy="6" r="5" />
      <path d="M6 5.6v3M6 3.4v.2" />
    </>
  ),
  warning: <path d="M6 1.2 11.2 10.5H.8ZM6 4.6v2.6M6 8.8v.1" />,
  critical: <path d="M4 .9h4L11.1 4v4L8 11.1H4L.9 8V4ZM6 3.4v3M6 8.5v.1" />,
};

/** The shape of a severity; its word always stands beside it. */
export function SeverityShape({ severity }: { readonly severity: AlertSeverity }): ReactElement {
  return (
    <svg className="fg-shape" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {SHAPES[severity]}
    </svg>
  );
}

export interface SeverityBadgeProps extends ComponentPropsWithoutRef<'span'> {
  readonly severity: AlertSeverity;
}

/** How bad an alert is, as shape, word and colour. Renders again only with its props. */
export const SeverityBadge = forwardRef<HTMLSpanElement, SeverityBadgeProps>(function SeverityBadge(
  { severity, className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  return (
    <span ref={ref} className={cx('fg-status', className)} data-severity={severity} {...rest}>
      <SeverityShape severity={severity} />
      {labels(alertsLabels).severity[severity]}
    </span>
  );
});
