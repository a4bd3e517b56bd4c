'use client';

import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { useMemo, useState } from 'react';
import { useLatest } from '../../lib/useLatest.js';
import type { WindowActions } from './useAxisWindow.js';
import type { LaneActions } from './TimelineLane.js';

export interface ActiveSpan {
  readonly laneId: string;
  readonly placed: LaneSpan;
}

/** Spans that the page keys step over. */
const PAGE = 10;

/** The span that details are shown of, which line the tab key reaches, and the keys that move both. */
export function useLaneNavigation(
  lanes: readonly Lane[],
  now: number,
  view: WindowActions,
  onSelectSpan: ((spanId: string | undefined) => void) | undefined,
): {
  readonly active: ActiveSpan | undefined;
  readonly tabbable: string | undefined;
  readonly actions: LaneActions;
} {
  const [active, setActive] = useState<ActiveSpan>();
  const [tabbable, setTabbable] = useState<string>();
  const latest = useLatest({ lanes, now, onSelectSpan, active });

  const actions = useMemo<LaneActions>(() => {
    const extent = ({ span }: LaneSpan): [number, number] => [
      span.startedAt,
      Math.max(span.startedAt, span.endedAt ?? latest.current.now),
    ];
    return {
      point: (laneId, placed) =>
        setActive((last) =>
          last?.placed === placed && (!last || last.laneId === laneId) ? last : placed && { laneId, placed },
        ),
      focus: setTabbable,
      now: () => latest.current.now,
      select: (_laneId, placed) => latest.current.onSelectSpan?.(placed?.span.id),
      fit: (placed) => view.fit(...extent(placed)),
      step(laneId, spans, key) {
        const { active: current } = latest.current;
        const index =
          current?.laneId === laneId ? spans.findIndex(({ span }) => span.id === current.placed.span.id) : -1;
        const show = (next: number): boolean => {
          const placed = spans[Math.min(spans.length - 1, Math.max(0, next))];
          if (!placed) return true;
          setActive({ laneId, placed });
          view.reveal(...extent(placed));
          return true;
        };
        switch (key) {
          case 'ArrowRight':
            return show(index + 1);
          case 'ArrowLeft':
            return show(index < 0 ? spans.length - 1 : index - 1);
          case 'PageDown':
            return show(index + PAGE);
          case 'PageUp':
            return show(index - PAGE);
          case 'Home':
            return show(0);
          case 'End':
            return show(spans.length - 1);
          case 'ArrowDown':
            return focusLine(1);
          case 'ArrowUp':
            return focusLine(-1);
          case 'f':
            if (current) view.fit(...extent(current.placed));
            return true;
          case 'Escape':
            setActive(undefined);
            latest.current.onSelectSpan?.(undefined);
            return true;
          default:
            return false;
        }
      },
    };
  }, [view, latest]);
  return { active, tabbable, actions };
}

/** Goes to the next lane or block; those beyond the edge are drawn already. */
function focusLine(by: 1 | -1): true {
  const lines = [
    ...(document.activeElement?.closest('.fg-lanes')?.querySelectorAll<HTMLElement>('[data-line]') ?? []),
  ];
  const at = lines.findIndex((line) => line === document.activeElement);
  lines[at + by]?.focus();
  return true;
}
