import { ActivityFeed, TaskBoard, TaskDetails, TaskTree } from '@fleetglass/react';
import type { ReactElement } from 'react';
import { fleet } from '../../../packages/react/test/fixtures/fleet.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { normal, REVIEW_RUN } from '../../../packages/react/test/fixtures/runs.js';
import {
  board,
  BOARD_RUN,
  deepTasks,
  hostileTasks,
  manyTasks,
  TASKS_RUN,
} from '../../../packages/react/test/fixtures/tasks.js';
import { Recorded } from '../../fixtures/Recorded.js';
import type { RecordedProps } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

const scene =
  (record: () => Recording, part: ReactElement, special: Pick<RecordedProps, 'dir' | 'wrap'> = {}): Scene =>
  ({ style, ...props }) => (
    <Recorded recording={record()} {...props} {...special} style={{ ...style, padding: 16 }}>
      {part}
    </Recorded>
  );

const nothing = (): void => {};

const details = (taskId: string): ReactElement => (
  <div className="fg-card">
    <TaskDetails
      runId={TASKS_RUN}
      taskId={taskId}
      onSelectTask={nothing}
      onShowFiles={nothing}
      onShowLogs={nothing}
      onShowApproval={nothing}
    />
  </div>
);

/** The parts that show tasks. */
export const scenes: Scenes = {
  'tasks-tree': scene(deepTasks, <TaskTree runId={TASKS_RUN} selectedTaskId="code" onSelectTask={nothing} />),
  'tasks-tree-review': scene(normal, <TaskTree runId={REVIEW_RUN} />),
  'tasks-tree-many': scene(manyTasks, <TaskTree runId={TASKS_RUN} />),
  'tasks-tree-hostile': scene(hostileTasks, <TaskTree runId={TASKS_RUN} />),
  'tasks-tree-rtl': scene(deepTasks, <TaskTree runId={TASKS_RUN} />, { dir: 'rtl' }),
  'tasks-board': scene(board, <TaskBoard runId={BOARD_RUN} />),
  'tasks-board-status': scene(deepTasks, <TaskBoard runId={TASKS_RUN} defaultLanes />),
  'tasks-details': scene(deepTasks, details('repair')),
  'tasks-details-retried': scene(deepTasks, details('code')),
  'tasks-details-waiting': scene(deepTasks, details('deploy')),
  'feed-fleet': scene(
    () => fleet(),
    <ActivityFeed onSelect={nothing} onOpenRun={nothing} style={{ blockSize: 640 }} />,
  ),
  'feed-run': scene(
    deepTasks,
    <ActivityFeed runId={TASKS_RUN} onSelect={nothing} style={{ blockSize: 640, maxInlineSize: 380 }} />,
  ),
  'tasks-details-hostile': scene(hostileTasks, details('c')),
};
