'use client';

import type { ComponentPropsWithoutRef } from 'react';
import { cardPlace, lazyPart } from '../parts/lazy-part.js';

export interface CheckpointHistoryProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  readonly runId: string;
  /** Makes the selection the host's. @default its own */
  readonly selectedCheckpointId?: string | undefined;
  readonly onSelectCheckpoint?: ((checkpointId: string) => void) | undefined;
  /** Asked to show another run: a fork, or one that was just begun. */
  readonly onOpenRun?: ((runId: string) => void) | undefined;
  /** Asked to show the moment of a checkpoint. @default the monitor moves there */
  readonly onSeek?: ((seq: number) => void) | undefined;
}

/**
 * Every moment that a run can be forked from, the newest first: what was spent by then and what came after. The chosen
 * one shows what changed in the state, what a fork takes over and would cost, and which forks there are. Renders again
 * when a task completes, and at the cost cadence while the run spends. Its code is loaded when it is first
 * shown.
 */
export const CheckpointHistory = lazyPart<CheckpointHistoryProps, HTMLElement>(
  async () => (await import('./CheckpointHistoryContent.js')).CheckpointHistoryContent,
  cardPlace,
);
