'use client';

import type { ComponentPropsWithoutRef } from 'react';
import { dialogPlace, lazyPart } from '../parts/lazy-part.js';

export interface ForkDialogProps extends Omit<ComponentPropsWithoutRef<'dialog'>, 'onClose' | 'title'> {
  readonly runId: string;
  /** Position whose checkpoint is chosen at first. @default the newest checkpoint */
  readonly seq?: number | undefined;
  /** The new run began. */
  readonly onForked?: ((runId: string) => void) | undefined;
  readonly onClose: () => void;
}

/**
 * Chooses a checkpoint of a run, says what a fork takes over and what running on will about cost, and starts it, with
 * fields of the state replaced if wanted. A modal dialog; it is open while it is rendered. Renders again when a task
 * of the run completes. Its code is loaded when it is first shown.
 */
export const ForkDialog = lazyPart<ForkDialogProps, HTMLDialogElement>(
  async () => (await import('./ForkDialogContent.js')).ForkDialogContent,
  dialogPlace,
);
