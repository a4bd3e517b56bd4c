'use client';

import type { AlertState, ApprovalState, RunState } from '@fleetglass/core/client';
import { useEffect } from 'react';
import { useLatest } from '../lib/useLatest.js';
import type { NoticeWatch } from './notice-watch.js';

/**
 * What a host is told of, once each, in the present only: never of what was there when the page was loaded, nor of what
 * a replay passes. For a notification of the browser, a sound, or a counter of the application.
 */
export interface HostHooks {
  /** A new alert was raised. */
  readonly onAlert?: ((alert: AlertState) => void) | undefined;
  /** A run waits for a decision. */
  readonly onApproval?: ((approval: ApprovalState) => void) | undefined;
  /** A run completed, failed, was cancelled or stopped. */
  readonly onRunEnd?: ((run: RunState) => void) | undefined;
}

/** Tells the host's newest hooks; subscribes only while there is one. Never renders again. */
export function useHostHooks(notices: NoticeWatch, hooks: HostHooks): void {
  const latest = useLatest(hooks);
  const isWanted = Object.values(hooks).some((hook) => hook !== undefined);
  useEffect(() => {
    if (!isWanted) return undefined;
    return notices.subscribe((notice) => {
      const { onAlert, onApproval, onRunEnd } = latest.current;
      if (notice.kind === 'alert') onAlert?.(notice.alert);
      else if (notice.kind === 'approval') onApproval?.(notice.approval);
      else onRunEnd?.(notice.run);
    });
  }, [notices, isWanted, latest]);
}
