'use client';

import type { CheckpointView } from '@fleetglass/core/client';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { forkNoteLabels } from './fork-note-labels.js';

/** How a checkpoint is called: by the task whose end made it. */
export function useCheckpointName({ task }: Pick<CheckpointView, 'task'>): string {
  const { labels } = useTexts();
  return task ? plainText(task.name) : labels(forkNoteLabels).start;
}
