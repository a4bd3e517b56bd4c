'use client';

import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { cx } from '../../lib/cx.js';
import { SkeletonRows } from './SkeletonRows.js';

export interface CardProps extends Omit<ComponentPropsWithoutRef<'section'>, 'title'> {
  readonly heading: ReactNode;
  /** Beside the heading, smaller: how many, of what, since when. */
  readonly note?: ReactNode;
  /** At the end of the heading's line: fields and buttons. */
  readonly tools?: ReactNode;
  /** Nothing is known yet: shows lines in the place of the content. @default false */
  readonly loading?: boolean;
}

/**
 * A titled surface: what every panel stands on. It is the container that its content's width queries ask. Renders again
 * only with its props.
 */
export const Card = forwardRef<HTMLElement, CardProps>(function Card(
  { heading, note, tools, loading = false, className, children, ...rest },
  ref,
) {
  const titleId = useId();
  return (
    <section ref={ref} className={cx('fg-card', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {heading}
        </h3>
        {note === undefined || note === '' ? null : <span className="fg-card-note">{note}</span>}
        {tools ? <div className="fg-card-tools">{tools}</div> : null}
      </div>
      {loading ? <SkeletonRows /> : children}
    </section>
  );
});
