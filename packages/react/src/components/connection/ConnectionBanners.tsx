'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useMonitorSelector, useTick } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { connectionLabels } from './connection-labels.js';

const selectTime = ({ state }: MonitorSnapshot): number => state.time;

/**
 * Says in words when what is shown is stale, incomplete or began anew; nothing otherwise. Renders again when the
 * connection changes, and each second while it is lost.
 */
export const ConnectionBanners = forwardRef<HTMLDivElement, ComponentPropsWithoutRef<'div'>>(
  function ConnectionBanners({ className, ...rest }, ref) {
    const { status, ready, restarted, droppedEvents } = useConnection();
    const { labels, format } = useTexts();
    const [dismissed, setDismissed] = useState<MonitorSnapshot['restarted']>();
    const words = labels(connectionLabels);
    const lost = status.phase === 'reconnecting';
    const showRestart = restarted && restarted.reason !== 'start' && restarted !== dismissed;
    return (
      <div
        ref={ref}
        className={cx('fg-banners', className)}
        role="status"
        aria-label={words.region}
        {...rest}
      >
        {lost ? (
          <Lost since={status.since} attempt={status.attempt} retryAt={status.retryAt} ready={ready} />
        ) : null}
        {status.phase === 'failed' || status.phase === 'closed' ? (
          <p className="fg-banner" data-tone={status.phase === 'failed' ? 'error' : 'warning'}>
            {status.phase === 'failed' ? words.failedWhy(status.error?.message ?? '') : words.closedWhy}
          </p>
        ) : null}
        {showRestart ? (
          <p className="fg-banner" data-tone="info">
            <span>{words.restarted[restarted.reason](format.time(restarted.at))}</span>
            <button type="button" className="fg-link" onClick={() => setDismissed(restarted)}>
              {words.dismiss}
            </button>
          </p>
        ) : null}
        {droppedEvents > 0 ? (
          <p className="fg-banner" data-tone="warning">
            {words.dropped(format.count(droppedEvents))}
          </p>
        ) : null}
      </div>
    );
  },
);

function Lost({
  since,
  attempt,
  retryAt,
  ready,
}: {
  readonly since: number;
  readonly attempt: number;
  readonly retryAt: number | undefined;
  readonly ready: boolean;
}): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(connectionLabels);
  // The next attempt is planned by this machine's clock.
  const now = useTick(retryAt !== undefined);
  const lastEventAt = useMonitorSelector(selectTime);
  return (
    <p className="fg-banner" data-tone="warning">
      <span>
        {words.reconnectingSince(format.time(since), format.count(Math.max(1, attempt)))}{' '}
        {retryAt !== undefined && retryAt > now ? (
          // The countdown is for the eye; announced each second it would be noise.
          <span aria-hidden="true">{words.retryIn(format.duration(retryAt - now + 999))} </span>
        ) : null}
        {ready && lastEventAt > 0 ? words.stale(format.time(lastEventAt)) : null}
      </span>
    </p>
  );
}
