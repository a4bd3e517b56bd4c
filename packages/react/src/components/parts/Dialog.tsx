'use client';

import { forwardRef, useId, useImperativeHandle, useRef } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { partsLabels } from './parts-labels.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';

export interface DialogProps extends Omit<ComponentPropsWithoutRef<'dialog'>, 'onClose' | 'title'> {
  readonly heading: ReactNode;
  readonly onClose: () => void;
  /** @default 'medium' */
  readonly size?: 'medium' | 'large';
}

/** A modal dialog; it is open while it is rendered. Escape and its own button ask for its end, and focus returns. */
export const Dialog = forwardRef<HTMLDialogElement, DialogProps>(function Dialog(
  { heading, onClose, size = 'medium', className, children, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const { close } = labels(partsLabels);
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useImperativeHandle(ref, () => dialog.current as HTMLDialogElement);
  useBrowserLayoutEffect(() => {
    const element = dialog.current;
    openDialog(element);
    // Closed and not only taken away: that gives the focus back to whoever opened it.
    return () => closeDialog(element);
  }, []);
  return (
    <dialog
      ref={dialog}
      className={cx('fg-dialog', className)}
      data-size={size}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      {...rest}
    >
      <div className="fg-dialog-head">
        <h2 id={titleId} className="fg-dialog-title">
          {heading}
        </h2>
        <button
          type="button"
          className="fg-icon-button"
          data-variant="plain"
          aria-label={close}
          title={close}
          onClick={onClose}
        >
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path d="m2 2 8 8M10 2l-8 8" />
          </svg>
        </button>
      </div>
      <div className="fg-dialog-body">{children}</div>
    </dialog>
  );
});

/** Without the dialog of a browser, as in a test, it is open without being modal. */
function openDialog(dialog: HTMLDialogElement | null): void {
  if (typeof dialog?.showModal === 'function') dialog.showModal();
  else dialog?.setAttribute('open', '');
}

function closeDialog(dialog: HTMLDialogElement | null): void {
  if (typeof dialog?.close === 'function') dialog.close();
}
