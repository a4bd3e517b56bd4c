'use client';

import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { connectionLabels } from './connection-labels.js';

const TONES = {
  idle: undefined,
  connecting: 'warning',
  open: 'good',
  reconnecting: 'warning',
  closed: 'error',
  failed: 'error',
  replay: 'simulated',
  recording: undefined,
} as const;

/** Whether what is shown is the present, in one word. Renders again when the connection or the mode changes. */
export const ConnectionBadge = forwardRef<HTMLSpanElement, ComponentPropsWithoutRef<'span'>>(
  function ConnectionBadge({ className, ...rest }, ref) {
    const { status } = useConnection();
    const replaying = useIsReplaying();
    const { recorded } = useMonitorSource();
    const { labels } = useTexts();
    const words = labels(connectionLabels);
    const word = {
      idle: words.idle,
      connecting: words.connecting,
      open: recorded ? words.recording : words.live,
      reconnecting: words.reconnecting,
      closed: words.closed,
      failed: words.failed,
    }[status.phase];
    const phase = replaying ? 'replay' : recorded && status.phase === 'open' ? 'recording' : status.phase;
    return (
      <span
        ref={ref}
        className={cx('fg-connection', className)}
        data-phase={phase}
        data-tone={TONES[phase]}
        {...rest}
      >
        <span className="fg-connection-dot" aria-hidden="true" />
        {replaying ? words.replaying : word}
      </span>
    );
  },
);
