'use client';

import { dialogPlace } from '../parts/dialog-place.js';
import { lazyPart } from '../parts/lazy-part.js';
import type { ForkDialogProps } from './ForkDialogContent.js';

/**
 * Chooses a checkpoint of a run, says what a fork takes over and what running on will about cost, and starts it, with
 * fields of the state replaced if wanted. A modal dialog; it is open while it is rendered. Renders again when a task
 * of the run completes. Its code is loaded when it is first shown.
 */
export const ForkDialog = lazyPart<ForkDialogProps, HTMLDialogElement>(
  async () => (await import('./ForkDialogContent.js')).ForkDialogContent,
  dialogPlace,
);
