'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { StatusShape } from './StatusShape.js';
import type { ShownStatus } from './StatusShape.js';
import { statusLabels } from './status-labels.js';

export interface StatusBadgeProps extends ComponentPropsWithoutRef<'span'> {
  readonly status: ShownStatus;
}

/** A status as shape, word and colour. Renders again only with its props. */
export const StatusBadge = forwardRef<HTMLSpanElement, StatusBadgeProps>(function StatusBadge(
  { status, className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const words: { readonly [status: string]: string | undefined } = {
    ...labels(statusLabels).agent,
    ...labels(statusLabels).work,
  };
  return (
    <span ref={ref} className={cx('fg-status', className)} data-status={status} {...rest}>
      <StatusShape status={status} />
      {words[status] ?? status}
    </span>
  );
});
