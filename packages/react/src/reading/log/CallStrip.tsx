'use client';

import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import type { LogCall } from './log-entries.js';
import { logLabels } from './log-labels.js';

/** Part of the time that is looked at, in shares of all of it. */
export type Shares = readonly [from: number, to: number];

export interface CallStripProps {
  readonly calls: readonly LogCall[];
  /** First and last moment of the log. */
  readonly span: readonly [from: number, to: number];
  readonly range: Shares;
  readonly onRange: (range: Shares) => void;
  /** Shows the line of a call. */
  readonly onCall: (key: string) => void;
}

/** Bars drawn at most; calls that would stand on each other are one. */
const BARS = 400;
const STEPS = 1000;

interface Bar {
  readonly call: LogCall;
  readonly start: number;
  readonly size: number;
  readonly failed: boolean;
}

/** The tools that were called over the time of the log, and two handles that choose a part of it. */
export const CallStrip = memo(function CallStrip({
  calls,
  span,
  range,
  onRange,
  onCall,
}: CallStripProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(logLabels);
  const [from, to] = span;
  const failed = calls.filter((call) => call.failed).length;
  const timeAt = (share: number): string => format.time(from + share * (to - from));
  const summary = [
    words.calls(format.count(calls.length), calls.length === 1),
    ...(failed > 0 ? [words.callsFailed(format.count(failed))] : []),
  ].join(' · ');
  const isAll = range[0] === 0 && range[1] === 1;
  const handle = (end: 0 | 1): ReactElement => (
    <input
      type="range"
      min={0}
      max={STEPS}
      value={Math.round(range[end] * STEPS)}
      aria-label={end === 0 ? words.from : words.to}
      aria-valuetext={timeAt(range[end])}
      onChange={(event) => {
        const share = Number(event.target.value) / STEPS;
        onRange(end === 0 ? [Math.min(share, range[1]), range[1]] : [range[0], Math.max(share, range[0])]);
      }}
    />
  );
  return (
    <div className="fg-strip">
      <div className="fg-strip-bars" role="img" aria-label={summary}>
        {barsOf(calls, from, to).map(({ call, start, size, failed: isFailed }) => (
          <span
            key={call.key}
            className="fg-strip-bar"
            data-failed={isFailed || undefined}
            data-running={call.running || undefined}
            title={`${plainText(call.tool.slice(0, 80))} · ${format.preciseDuration(call.to - call.from)}`}
            style={{ insetInlineStart: `${start * 100}%`, inlineSize: `max(3px, ${size * 100}%)` }}
            onClick={() => onCall(call.key)}
          />
        ))}
        <span className="fg-strip-out" style={{ insetInlineStart: 0, inlineSize: `${range[0] * 100}%` }} />
        <span
          className="fg-strip-out"
          style={{ insetInlineEnd: 0, inlineSize: `${(1 - range[1]) * 100}%` }}
        />
      </div>
      <div className="fg-strip-range">
        {handle(0)}
        {handle(1)}
      </div>
      <p className="fg-strip-words">
        <span>{timeAt(range[0])}</span>
        <span className="fg-strip-summary">
          {summary}
          {isAll ? null : (
            <button type="button" className="fg-link" onClick={() => onRange([0, 1])}>
              {words.allTimes}
            </button>
          )}
        </span>
        <span>{timeAt(range[1])}</span>
      </p>
    </div>
  );
});

function barsOf(calls: readonly LogCall[], from: number, to: number): readonly Bar[] {
  const length = Math.max(1, to - from);
  const bars = new Map<number, Bar>();
  for (const call of calls) {
    const start = Math.min(1, Math.max(0, (call.from - from) / length));
    const end = call.running ? 1 : Math.min(1, Math.max(start, (call.to - from) / length));
    const slot = Math.round(start * BARS);
    const known = bars.get(slot);
    bars.set(slot, {
      call: known?.call ?? call,
      start: known?.start ?? start,
      size: Math.max(known?.size ?? 0, end - start),
      failed: call.failed || known?.failed === true,
    });
  }
  return [...bars.values()];
}
