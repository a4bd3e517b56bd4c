'use client';

import { lazyPart } from '../parts/lazy-part.js';
import type { TaskDetailsProps } from './TaskDetailsContent.js';

/**
 * Everything about a task: why it is where it is, what it cost with all below it, what it was told and what came of it,
 * its agents, its calls with their input and output, its place in the workflow, failed attempts, and who decided what.
 * Renders again when the task or one below it changes, at most at the cadences of cost and progress. Its
 * code is loaded when it is first shown.
 */
export const TaskDetails = lazyPart<TaskDetailsProps, HTMLDivElement>(
  async () => (await import('./TaskDetailsContent.js')).TaskDetailsContent,
  (content) => content,
);
