'use client';

import type { Moment, MomentKind } from '@fleetglass/core/client';
import { memo } from 'react';
import type { CSSProperties, ReactElement } from 'react';

/** What is marked, what matters most first. */
const MARKED: readonly MomentKind[] = ['failure', 'decision', 'budget', 'alert', 'checkpoint'];
/** Places for marks; of several moments in one the most important is shown. */
const PLACES = 160;

export interface ReplayMark {
  readonly kind: MomentKind;
  /** From 0 at the first event to 1 at the newest. */
  readonly share: number;
}

/** At most one mark a place, in the order of the track. */
export function marksOf(moments: readonly Moment[], first: number, head: number): readonly ReplayMark[] {
  const best = new Map<number, ReplayMark>();
  for (const { kind, seq } of moments) {
    const rank = MARKED.indexOf(kind);
    if (rank < 0 || seq < first || seq > head || head <= first) continue;
    const share = (seq - first) / (head - first);
    const place = Math.round(share * PLACES);
    const there = best.get(place);
    if (!there || rank < MARKED.indexOf(there.kind)) best.set(place, { kind, share });
  }
  return [...best.values()].sort((a, b) => a.share - b.share);
}

/** Where a run failed, asked, reached a limit or was saved: a shape for each, above the track. For the eye alone. */
export const ReplayMarks = memo(function ReplayMarks({
  marks,
}: {
  readonly marks: readonly ReplayMark[];
}): ReactElement {
  return (
    <span className="fg-replay-marks" aria-hidden="true">
      {marks.map(({ kind, share }) => (
        <span key={share} data-kind={kind} style={{ '--fg-share': share } as CSSProperties} />
      ))}
    </span>
  );
});
