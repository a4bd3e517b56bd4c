'use client';

import type { ComponentPropsWithoutRef } from 'react';
import { lazyPart } from '../parts/lazy-part.js';

/** What a host may do from a task; each is offered only where it is given. */
export interface TaskDetailsCallbacks {
  readonly onSelectTask?: ((taskId: string, runId: string) => void) | undefined;
  readonly onShowFiles?: ((taskId: string, runId: string) => void) | undefined;
  readonly onShowLogs?: ((taskId: string, runId: string) => void) | undefined;
  /** Asked to show the question that the task waits for. */
  readonly onShowApproval?: ((approvalId: string, runId: string) => void) | undefined;
  /** Asked for a new run with the same input, where there is no checkpoint to fork from. */
  readonly onRunAgain?: ((runId: string) => void) | undefined;
  /** A fork began. */
  readonly onForked?: ((runId: string) => void) | undefined;
}

export interface TaskDetailsProps extends ComponentPropsWithoutRef<'div'>, TaskDetailsCallbacks {
  readonly runId: string;
  readonly taskId: string;
}

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
