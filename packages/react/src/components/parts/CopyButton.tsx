'use client';

import { forwardRef, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { partsLabels } from './parts-labels.js';

export interface CopyButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'onClick'> {
  /** Made when it is asked for: it may be long. */
  readonly text: () => string;
}

/** Copies a text and says so until the pointer or the focus leaves it. */
export const CopyButton = forwardRef<HTMLButtonElement, CopyButtonProps>(function CopyButton(
  { text, className, children, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const words = labels(partsLabels);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <button
      ref={ref}
      type="button"
      className={cx('fg-button', className)}
      onClick={() => void copy()}
      onBlur={() => setCopied(false)}
      onPointerLeave={() => setCopied(false)}
      {...rest}
    >
      {copied ? words.copied : (children ?? words.copy)}
      <span className="fg-hidden" role="status">
        {copied ? words.copied : ''}
      </span>
    </button>
  );
});
