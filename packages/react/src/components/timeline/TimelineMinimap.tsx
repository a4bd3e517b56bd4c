'use client';

import type { Lane } from '@fleetglass/core/client';
import { memo, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { Shown } from './axis-window.js';
import { COLUMNS, createRunProfile, drawFailures, drawProfile, keepProfile } from './run-profile.js';
import { timeOf } from './time-axis.js';
import type { TimeAxis } from './time-axis.js';
import { timelineLabels } from './timeline-labels.js';
import type { WindowActions } from './useAxisWindow.js';

export interface TimelineMinimapProps {
  readonly lanes: readonly Lane[];
  readonly axis: TimeAxis;
  /** The present, which moves on by columns: see `presentOf`. */
  readonly now: number;
  readonly shown: Shown;
  readonly actions: WindowActions;
}

const HEIGHT = 30;
/** The brush takes hold of an edge within so many pixels. */
const GRIP = 8;
/** Less of the map than this, in pixels, is a click and not a brush. */
const SLACK = 3;

interface Brush {
  readonly mode: 'new' | 'move' | 'from' | 'to';
  /** Where it began, as a share of the map. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/**
 * How many spans ran over the whole run, where something failed, and the part that is shown. Drag to choose a part,
 * drag the part to move it, drag its edges to change it.
 */
export const TimelineMinimap = memo(function TimelineMinimap(props: TimelineMinimapProps): ReactElement {
  const { lanes, axis, now, shown, actions } = props;
  const { labels, format } = useTexts();
  const words = labels(timelineLabels);
  const found = useMemo(() => createRunProfile(lanes, axis, now), [lanes, axis, now]);
  const [drawn, setDrawn] = useState(found);
  const profile = keepProfile(drawn, found);
  if (profile !== drawn) setDrawn(profile);
  const [area, failures] = useMemo(() => [drawProfile(profile, HEIGHT), drawFailures(profile, 4)], [profile]);
  const brush = useRef<Brush>(undefined);
  const from = (shown?.from ?? 0) / axis.length;
  const to = (shown?.to ?? axis.length) / axis.length;

  const shareOf = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / (box.width || 1);
    const rightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    return Math.min(1, Math.max(0, rightToLeft ? 1 - share : share));
  };
  const down = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    const at = shareOf(event);
    const grip = GRIP / (event.currentTarget.clientWidth || 1);
    const inside = shown && at > from && at < to;
    const mode =
      shown && Math.abs(at - from) < grip
        ? 'from'
        : shown && Math.abs(at - to) < grip
          ? 'to'
          : inside
            ? 'move'
            : 'new';
    brush.current = { mode, at, from, to };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    const held = brush.current;
    if (!held) return;
    const at = shareOf(event);
    if (Math.abs(at - held.at) * event.currentTarget.clientWidth < SLACK) return;
    const { length } = axis;
    const show = (a: number, b: number): void =>
      actions.show(Math.min(a, b) * length, Math.max(a, b) * length);
    if (held.mode === 'new') show(held.at, at);
    else if (held.mode === 'from') show(at, held.to);
    else if (held.mode === 'to') show(held.from, at);
    else {
      const by = Math.min(1 - held.to, Math.max(-held.from, at - held.at));
      show(held.from + by, held.to + by);
    }
  };
  const up = (): void => {
    brush.current = undefined;
  };
  const press = (event: KeyboardEvent): void => {
    const act = KEYS[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act(actions, axis, shown);
  };
  const offset = (place: number): string =>
    format.preciseDuration(Math.max(0, timeOf(axis, place) - axis.start));
  return (
    <div
      className="fg-minimap"
      data-whole={shown ? undefined : ''}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onDoubleClick={() => actions.show()}
    >
      <svg viewBox={`0 0 ${COLUMNS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="fg-minimap-busy" d={area} />
        <path className="fg-minimap-failed" d={failures} />
      </svg>
      <div
        className="fg-minimap-window"
        role="slider"
        tabIndex={0}
        aria-label={words.minimap}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(from * 100)}
        aria-valuetext={words.window(
          offset(shown?.from ?? 0),
          offset(shown?.to ?? axis.length),
          offset(axis.length),
        )}
        style={{ insetInlineStart: `${from * 100}%`, inlineSize: `${(to - from) * 100}%` }}
        onKeyDown={press}
      />
      <span className="fg-needle" aria-hidden="true" />
    </div>
  );
});

type KeyAction = (actions: WindowActions, axis: TimeAxis, shown: Shown) => void;

const KEYS: { readonly [key: string]: KeyAction | undefined } = {
  ArrowLeft: (actions) => actions.pan(-0.1),
  ArrowRight: (actions) => actions.pan(0.1),
  PageUp: (actions) => actions.pan(-0.9),
  PageDown: (actions) => actions.pan(0.9),
  Home: (actions, _axis, shown) => shown && actions.show(0, shown.to - shown.from),
  End: (actions, axis, shown) => shown && actions.show(axis.length - (shown.to - shown.from), axis.length),
  ArrowUp: (actions) => actions.zoom(1.5),
  ArrowDown: (actions) => actions.zoom(1 / 1.5),
  '+': (actions) => actions.zoom(1.5),
  '-': (actions) => actions.zoom(1 / 1.5),
  '0': (actions) => actions.show(),
};
