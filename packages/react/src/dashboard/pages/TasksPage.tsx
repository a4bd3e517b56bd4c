'use client';

import type { ReactElement } from 'react';
import { TaskBoard } from '../../components/tasks/TaskBoard.js';
import { useTexts } from '../../context/monitor-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { PageHeading } from '../PageHeading.js';
import { useTaskCallbacks } from '../useTaskCallbacks.js';

/** The tasks of all runs, by where they stand. */
export function TasksPage(): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  return (
    <>
      <PageHeading hidden>{words.pages.tasks}</PageHeading>
      <h2 className="fg-hidden">{words.panelsOf(words.pages.tasks)}</h2>
      <TaskBoard {...useTaskCallbacks()} />
    </>
  );
}
