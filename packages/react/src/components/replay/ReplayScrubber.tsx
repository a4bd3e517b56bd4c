'use client';

import { forwardRef, useState } from 'react';
import type { ComponentPropsWithoutRef, CSSProperties } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useReplay } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { ConnectionBadge } from '../connection/ConnectionBadge.js';
import { replayLabels } from './replay-labels.js';

export interface ReplayScrubberProps extends ComponentPropsWithoutRef<'div'> {
  /** The run among whose events it moves. @default all events of the log */
  readonly runId?: string | undefined;
  /** Takes over moving, for a host that owns the position; `undefined` is the present. @default the monitor moves */
  readonly onSeek?: ((seq: number | undefined) => void) | undefined;
  /** Asked to fork the run at the moment shown; without it there is no such button. */
  readonly onFork?: ((seq: number) => void) | undefined;
}

/**
 * Sets every panel to a past moment and back to live. A range input: arrow keys move by one event, page keys by a
 * tenth, Home and End to the first event and to live. Renders again as the position moves, at the cost cadence.
 */
export const ReplayScrubber = forwardRef<HTMLDivElement, ReplayScrubberProps>(function ReplayScrubber(
  { runId, onSeek, onFork, className, ...rest },
  ref,
) {
  const { mode, seq, first, head, time, seeking, seek, goLive } = useReplay(runId);
  const { labels, format } = useTexts();
  const words = labels(replayLabels);
  const replaying = mode === 'replay';
  // While a moment is fetched the handle stays where the person put it.
  const [wanted, setWanted] = useState<number>();
  const position = seeking && wanted !== undefined ? wanted : seq;
  // The first event of a run is its first, wherever it stands in the log.
  const before = runId === undefined ? 0 : first - 1;
  const place = format.count(position - before);
  const of = format.count(head - before);
  const empty = head <= first;
  const moveTo = (next: number): void => {
    const target = Math.max(first, next);
    if (target >= head) {
      if (!replaying) return;
      if (onSeek) onSeek(undefined);
      else goLive();
    } else {
      setWanted(target);
      if (onSeek) onSeek(target);
      else seek(target);
    }
  };
  const state = seeking ? 'seeking' : mode;
  const share = empty ? 1 : (position - first) / (head - first);
  const shownTime = time > 0 ? format.time(time) : '';

  return (
    <div
      ref={ref}
      className={cx('fg-replay', className)}
      role="group"
      aria-label={words.title}
      data-state={state}
      {...rest}
    >
      <span className="fg-replay-mode">
        {replaying ? (
          <button type="button" className="fg-button" data-variant="primary" onClick={() => moveTo(head)}>
            {words.goLive}
          </button>
        ) : (
          <ConnectionBadge />
        )}
      </span>
      <button
        type="button"
        className="fg-icon-button"
        aria-label={words.back}
        title={words.back}
        disabled={empty || position <= first}
        onClick={() => moveTo(position - 1)}
      >
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M8 2 4 6l4 4" />
        </svg>
      </button>
      <input
        className="fg-range"
        type="range"
        min={first}
        max={Math.max(first + 1, head)}
        step={1}
        value={position}
        disabled={empty}
        aria-label={words.position}
        aria-valuetext={words.positionText(place, of, shownTime)}
        style={{ '--fg-share': share } as CSSProperties}
        onChange={(event) => moveTo(Number(event.currentTarget.value))}
        onKeyDown={(event) => {
          const page = Math.max(1, Math.round((head - first) / 10));
          if (event.key === 'PageUp') moveTo(position + page);
          else if (event.key === 'PageDown') moveTo(position - page);
          else return;
          event.preventDefault();
        }}
      />
      <button
        type="button"
        className="fg-icon-button"
        aria-label={words.forward}
        title={words.forward}
        disabled={empty || !replaying}
        onClick={() => moveTo(position + 1)}
      >
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="m4 2 4 4-4 4" />
        </svg>
      </button>
      {replaying && onFork ? (
        <button type="button" className="fg-button" disabled={seeking} onClick={() => onFork(position)}>
          {words.fork}
        </button>
      ) : null}
      <span className="fg-replay-place">
        <span className="fg-replay-state" role="status">
          {state === 'live' ? '' : state === 'seeking' ? words.seeking : words.replaying}
        </span>
        <time className="fg-replay-time" dateTime={format.machineTime(time)}>
          {shownTime}
        </time>
        <span className="fg-replay-seq">{empty ? '' : words.of(place, of)}</span>
      </span>
    </div>
  );
});
