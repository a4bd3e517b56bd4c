'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, Ref } from 'react';
import { cx } from '../../lib/cx.js';

export interface SelectFieldProps<V extends string> extends Omit<
  ComponentPropsWithoutRef<'select'>,
  'onChange' | 'value'
> {
  readonly label: string;
  /** Shows the label before the field and not only to assistive technology. @default false */
  readonly showLabel?: boolean;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
}

/** One choice of a few. Renders again only with its props. */
export const SelectField = forwardRef(function SelectField(
  { label, showLabel = false, options, onChange, className, ...rest }: SelectFieldProps<string>,
  ref: Ref<HTMLSelectElement>,
) {
  return (
    <label className="fg-field">
      <span className={showLabel ? 'fg-field-label fg-quiet' : 'fg-hidden'}>{label}</span>
      <select
        ref={ref}
        className={cx('fg-input fg-select', className)}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}) as <V extends string>(
  props: SelectFieldProps<V> & { readonly ref?: Ref<HTMLSelectElement> },
) => ReactElement;
