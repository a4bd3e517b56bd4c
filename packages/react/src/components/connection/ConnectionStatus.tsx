'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef, ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useMonitorSelector, useTick } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { Card } from '../parts/Card.js';
import { ConnectionBadge } from './ConnectionBadge.js';
import { connectionLabels } from './connection-labels.js';

const selectLastEvent = ({ live }: MonitorSnapshot): number => live.time;
/** Clocks that differ by less agree. */
const SAME_MS = 1_000;

/**
 * The connection in full: its phase in words, since when, attempts, when it is tried again, how old the newest event is,
 * how far the clocks are apart, and whether the view began anew. In one word it is `ConnectionBadge`; what is wrong with
 * it, above other panels, is `ConnectionBanners`. Renders again when the connection changes, and each second.
 */
export const ConnectionStatus = forwardRef<HTMLElement, ComponentPropsWithoutRef<'section'>>(
  function ConnectionStatus({ className, ...rest }, ref) {
    const { status, restarted } = useConnection();
    const { labels, format } = useTexts();
    const now = useTick(true);
    const lastEventAt = useMonitorSelector(selectLastEvent, { periodMs: 1000 });
    const words = labels(connectionLabels);
    const { phase, since, attempt, retryAt, skewMs, error } = status;
    return (
      <Card
        ref={ref}
        heading={words.title}
        tools={<ConnectionBadge />}
        className={cx('fg-connection-card', className)}
        {...rest}
      >
        <p className="fg-soft fg-break">
          {words.explain[phase]} {error ? plainText(error.message) : null}
        </p>
        <dl className="fg-facts">
          <Fact name={words.since}>{words.ago(format.time(since), format.duration(now - since))}</Fact>
          {attempt > 0 ? <Fact name={words.attempts}>{format.count(attempt)}</Fact> : null}
          {retryAt !== undefined && retryAt > now ? (
            <Fact name={words.nextTry}>{words.inDuration(format.duration(retryAt - now + 999))}</Fact>
          ) : null}
          <Fact name={words.lastEvent}>
            {lastEventAt > 0
              ? words.ago(format.time(lastEventAt), format.duration(now + (skewMs ?? 0) - lastEventAt))
              : words.noEvent}
          </Fact>
          {skewMs === undefined ? null : (
            <Fact name={words.skew}>
              {Math.abs(skewMs) < SAME_MS
                ? words.sameTime
                : (skewMs > 0 ? words.ahead : words.behind)(format.preciseDuration(Math.abs(skewMs)))}
            </Fact>
          )}
          {restarted && restarted.reason !== 'start' ? (
            <Fact name={words.restart}>
              {format.time(restarted.at)}, {words.restartReason[restarted.reason]}
            </Fact>
          ) : null}
        </dl>
      </Card>
    );
  },
);

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="fg-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
