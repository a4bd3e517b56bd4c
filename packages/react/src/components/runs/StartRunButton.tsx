'use client';

import { forwardRef, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { Dialog } from '../parts/Dialog.js';
import { StartRunForm } from './StartRunForm.js';
import type { StartRunFormProps } from './StartRunFormContent.js';
import { startButtonLabels } from './start-button-labels.js';

export interface StartRunButtonProps
  extends
    Omit<ComponentPropsWithoutRef<'button'>, 'name' | 'onClick'>,
    Pick<StartRunFormProps, 'startable' | 'name' | 'input' | 'onStarted'> {}

/** Opens the form that starts a run, in a dialog that closes once it has begun. Nothing for who may only look. */
export const StartRunButton = forwardRef<HTMLButtonElement, StartRunButtonProps>(function StartRunButton(
  { startable, name, input, onStarted, className, children, ...rest },
  ref,
) {
  const { start } = useTexts().labels(startButtonLabels);
  const { readOnly } = useMonitorSource();
  const [open, setOpen] = useState(false);
  if (readOnly) return null;
  return (
    <>
      <button
        ref={ref}
        type="button"
        className={cx('fg-button', className)}
        data-variant="primary"
        aria-haspopup="dialog"
        {...StartRunForm.warm}
        onClick={() => setOpen(true)}
        {...rest}
      >
        {children ?? start}
      </button>
      {open ? (
        <Dialog heading={start} onClose={() => setOpen(false)}>
          <StartRunForm
            startable={startable}
            name={name}
            input={input}
            onStarted={(runId) => {
              setOpen(false);
              onStarted?.(runId);
            }}
          />
        </Dialog>
      ) : null}
    </>
  );
});
