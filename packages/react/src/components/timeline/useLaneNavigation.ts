'use client';

import type { Lane, LaneSpan } from '@fleetglass/core/client';
import { useMemo, useRef, useState } from 'react';
import type { LaneActions } from './TimelineLane.js';

export interface ActiveSpan {
  readonly laneId: string;
  readonly placed: LaneSpan;
}

/** The span that details are shown of, which lane the tab key reaches, and the keys that move both. */
export function useLaneNavigation(
  lanes: readonly Lane[],
  onSelectSpan: ((spanId: string | undefined) => void) | undefined,
): {
  readonly active: ActiveSpan | undefined;
  readonly tabbable: string | undefined;
  readonly actions: LaneActions;
} {
  const [active, setActive] = useState<ActiveSpan>();
  const [tabbable, setTabbable] = useState<string>();
  const latest = useRef({ lanes, onSelectSpan, active });
  // eslint-disable-next-line react-hooks/refs -- handlers read what was drawn last; making them anew would draw every lane again
  latest.current = { lanes, onSelectSpan, active };

  const actions = useMemo<LaneActions>(
    () => ({
      point: (laneId, placed) => setActive(placed && { laneId, placed }),
      focus: setTabbable,
      select: (_laneId, placed) => latest.current.onSelectSpan?.(placed?.span.id),
      step(laneId, spans, key) {
        const { lanes: all, active: current } = latest.current;
        const at = all.findIndex((lane) => lane.agent.id === laneId);
        const index =
          current?.laneId === laneId ? spans.findIndex(({ span }) => span.id === current.placed.span.id) : -1;
        const show = (next: number): boolean => {
          const placed = spans[Math.min(spans.length - 1, Math.max(0, next))];
          if (placed) setActive({ laneId, placed });
          return true;
        };
        const move = (next: number): boolean => {
          const lane = all[next];
          if (lane) focusLane(lane.agent.id);
          return true;
        };
        switch (key) {
          case 'ArrowRight':
            return show(index + 1);
          case 'ArrowLeft':
            return show(index < 0 ? spans.length - 1 : index - 1);
          case 'Home':
            return show(0);
          case 'End':
            return show(spans.length - 1);
          case 'ArrowDown':
            return move(at + 1);
          case 'ArrowUp':
            return move(at - 1);
          case 'Escape':
            setActive(undefined);
            latest.current.onSelectSpan?.(undefined);
            return true;
          default:
            return false;
        }
      },
    }),
    [],
  );
  return { active, tabbable, actions };
}

function focusLane(laneId: string): void {
  const focused = document.activeElement?.closest('.fg-lanes');
  const plots = focused?.querySelectorAll<HTMLElement>('[data-lane]') ?? [];
  [...plots].find((plot) => plot.dataset.lane === laneId)?.focus();
}
