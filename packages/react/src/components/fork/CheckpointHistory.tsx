'use client';

import { cardPlace, lazyPart } from '../parts/lazy-part.js';
import type { CheckpointHistoryProps } from './CheckpointHistoryContent.js';

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
