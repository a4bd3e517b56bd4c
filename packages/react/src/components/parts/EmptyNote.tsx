import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { cx } from '../../lib/cx.js';

export interface EmptyNoteProps extends Omit<ComponentPropsWithoutRef<'div'>, 'title'> {
  /** What there is none of. */
  readonly heading: ReactNode;
  /** What would bring something here. */
  readonly hint?: ReactNode;
}

/** Says that there is nothing, and what would change that; a button may stand below. */
export const EmptyNote = forwardRef<HTMLDivElement, EmptyNoteProps>(function EmptyNote(
  { heading, hint, className, children, ...rest },
  ref,
) {
  return (
    <div ref={ref} className={cx('fg-empty', className)} {...rest}>
      <p className="fg-empty-title">{heading}</p>
      {hint === undefined ? null : <p>{hint}</p>}
      {children}
    </div>
  );
});
