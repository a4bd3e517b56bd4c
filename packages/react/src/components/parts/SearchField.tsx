'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { cx } from '../../lib/cx.js';

export interface SearchFieldProps extends Omit<ComponentPropsWithoutRef<'input'>, 'onChange' | 'type'> {
  /** For assistive technology, and as the placeholder. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field for words to search for. Renders again only with its props. */
export const SearchField = forwardRef<HTMLInputElement, SearchFieldProps>(function SearchField(
  { label, onChange, className, ...rest },
  ref,
) {
  return (
    <input
      ref={ref}
      type="search"
      className={cx('fg-input fg-search', className)}
      aria-label={label}
      placeholder={label}
      onChange={(event) => onChange(event.target.value)}
      {...rest}
    />
  );
});
