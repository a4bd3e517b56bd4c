'use client';

import type { Moment } from '@fleetglass/core/client';
import { forwardRef, useMemo } from 'react';
import type { ComponentPropsWithoutRef, CSSProperties, KeyboardEvent, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import type { Pace } from '../../context/replay-track.js';
import { usePlayback } from '../../hooks/usePlayback.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { ConnectionBadge } from '../connection/ConnectionBadge.js';
import { ForkDialog } from '../fork/ForkDialog.js';
import { SelectField } from '../parts/SelectField.js';
import { marksOf, ReplayMarks } from './ReplayMarks.js';
import { replayLabels } from './replay-labels.js';
import type { ReplayLabels } from './replay-labels.js';

export interface ReplayBarProps extends ComponentPropsWithoutRef<'div'> {
  /** The run among whose events it moves. @default all events of the log */
  readonly runId?: string | undefined;
  /** Takes over moving, for a host that owns the position; `undefined` is the present. @default the monitor moves */
  readonly onSeek?: ((seq: number | undefined) => void) | undefined;
  /** Asked to fork the run at the moment shown; without it there is no such button. */
  readonly onFork?: ((seq: number) => void) | undefined;
}

/**
 * Sets every panel to a past moment, plays the run in ten seconds at most, steps from one moment of interest to the
 * next, and goes back to live. On the track arrow keys move by one event, page keys by a tenth, Home and End to the
 * first event and to live, the space bar plays and pauses. Renders again as the position moves, at the cost cadence.
 */
export const ReplayBar = forwardRef<HTMLDivElement, ReplayBarProps>(function ReplayBar(
  { runId, onSeek, onFork, className, ...rest },
  ref,
) {
  const playback = usePlayback(runId, onSeek);
  const { mode, seq, first, head, time, seeking, wanted, playing, moments, next, previous, pace } = playback;
  const { recorded, readOnly } = useMonitorSource();
  const { labels, format } = useTexts();
  const words = labels(replayLabels);
  const replaying = mode === 'replay';
  // While a moment is fetched the handle stays where the person put it.
  const position = wanted ?? seq;
  // The first event of a run is its first, wherever it stands in the log.
  const before = runId === undefined ? 0 : first - 1;
  const place = format.count(position - before);
  const of = format.count(head - before);
  const empty = head <= first;
  const state = seeking ? 'seeking' : mode;
  const share = empty ? 1 : (position - first) / (head - first);
  const shownTime = time > 0 ? format.time(time) : '';
  const marks = useMemo(() => marksOf(moments, first, head), [moments, first, head]);
  const toggle = (): void => (playing ? playback.pause() : playback.play({ calm: wantsCalm() }));
  const step = (moment: Moment | undefined): void => {
    if (moment) playback.moveTo(moment.seq);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const page = Math.max(1, Math.round((head - first) / 10));
    const onward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const moves: { readonly [key: string]: number } = {
      ArrowLeft: position - onward,
      ArrowRight: position + onward,
      ArrowDown: position - 1,
      ArrowUp: position + 1,
      PageUp: position + page,
      PageDown: position - page,
      Home: first,
      End: head,
    };
    const to = moves[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || (to === undefined && event.key !== ' ')) return;
    event.preventDefault();
    if (to === undefined) toggle();
    else playback.moveTo(to);
  };
  const behind = playback.behindMs > 0 ? words.behind(format.duration(playback.behindMs)) : '';

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
          <button
            type="button"
            className="fg-button"
            data-variant="primary"
            onClick={() => playback.moveTo(head)}
          >
            {recorded ? words.goToEnd : words.goLive}
          </button>
        ) : (
          <ConnectionBadge />
        )}
      </span>
      <span className="fg-replay-buttons">
        <Control
          name={words.back(momentText(previous, words))}
          path="M9 2 5 6l4 4M2.5 2v8"
          disabled={!previous}
          onClick={() => step(previous)}
        />
        <Control
          name={playing ? words.pause : words.play}
          path={playing ? 'M4 2v8M8 2v8' : 'M3.5 2v8L10 6Z'}
          solid={!playing}
          disabled={empty}
          onClick={toggle}
        />
        <Control
          name={words.forward(momentText(next, words))}
          path="m3 2 4 4-4 4M9.5 2v8"
          disabled={!next || !replaying}
          onClick={() => step(next)}
        />
      </span>
      <span className="fg-replay-track">
        <ReplayMarks marks={marks} />
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
          onChange={(event) => playback.moveTo(Number(event.currentTarget.value))}
          onKeyDown={press}
        />
      </span>
      <span className="fg-replay-place">
        <span className="fg-replay-state" role="status">
          {state === 'live' ? '' : state === 'seeking' ? words.seeking : words.replaying}
        </span>
        <time className="fg-replay-time" dateTime={format.machineTime(time)}>
          {shownTime}
        </time>
        <span className="fg-replay-seq fg-quiet">
          {empty ? '' : words.of(place, of)}
          {behind === '' ? null : <span className="fg-replay-behind">{behind}</span>}
        </span>
      </span>
      {replaying ? (
        <SelectField<Pace>
          label={words.pace}
          value={pace}
          options={[
            { value: 'time', label: words.paceTime },
            { value: 'events', label: words.paceEvents },
          ]}
          onChange={playback.setPace}
        />
      ) : null}
      {replaying && onFork && !readOnly ? (
        <button
          type="button"
          className="fg-button"
          disabled={seeking}
          {...ForkDialog.warm}
          onClick={() => onFork(position)}
        >
          {words.fork}
        </button>
      ) : null}
    </div>
  );
});

/** How a moment is called on a button that leads to it. */
const momentText = (moment: Moment | undefined, words: ReplayLabels): string =>
  moment ? words.moment(words.kinds[moment.kind], plainText(moment.subject ?? '')) : '';

const wantsCalm = (): boolean =>
  typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;

interface ControlProps {
  readonly name: string;
  readonly path: string;
  readonly solid?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

/** It stays focusable at the end of its way, so that stepping on by keyboard does not lose its place. */
function Control({ name, path, solid = false, disabled, onClick }: ControlProps): ReactElement {
  return (
    <button
      type="button"
      className="fg-icon-button"
      data-variant="plain"
      aria-label={name}
      title={name}
      aria-disabled={disabled || undefined}
      onClick={() => {
        if (!disabled) onClick();
      }}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true" data-solid={solid || undefined}>
        <path d={path} />
      </svg>
    </button>
  );
}
