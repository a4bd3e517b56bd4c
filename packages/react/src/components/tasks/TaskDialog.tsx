'use client';

import type { TaskState } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useTaskPart } from '../../hooks/useTasks.js';
import { plainText } from '../../lib/plain-text.js';
import { Dialog } from '../parts/Dialog.js';
import type { DialogProps } from '../parts/Dialog.js';
import { nameOf } from './task-facts.js';
import { TaskDetails } from './TaskDetails.js';
import type { TaskDetailsCallbacks } from './TaskDetailsContent.js';
import { tasksLabels } from './tasks-labels.js';

export interface TaskDialogProps extends Omit<DialogProps, 'heading'>, TaskDetailsCallbacks {
  readonly runId: string;
  readonly taskId: string;
}

const selectName = ({ name }: TaskState) => ({ name });

/** {@link TaskDetails} in a dialog; it is open while it is rendered. Renders again when the task's name changes. */
export const TaskDialog = forwardRef<HTMLDialogElement, TaskDialogProps>(function TaskDialog(
  { runId, taskId, onSelectTask, onShowFiles, onShowLogs, onShowApproval, onRunAgain, onForked, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const task = useTaskPart(runId, taskId, selectName);
  const heading = task ? nameOf(task, labels(tasksLabels)) : plainText(taskId);
  return (
    <Dialog ref={ref} size="large" heading={heading} {...rest}>
      <TaskDetails
        key={taskId}
        runId={runId}
        taskId={taskId}
        onSelectTask={onSelectTask}
        onShowFiles={onShowFiles}
        onShowLogs={onShowLogs}
        onShowApproval={onShowApproval}
        onRunAgain={onRunAgain}
        onForked={onForked}
      />
    </Dialog>
  );
});
