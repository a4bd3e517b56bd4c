'use client';

import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { AgentTable } from '../components/agents/AgentTable.js';
import { BudgetMeter } from '../components/budget/BudgetMeter.js';
import { CostBurnRate } from '../components/burn-rate/CostBurnRate.js';
import { ActivityFeed } from '../components/feed/ActivityFeed.js';
import { CheckpointHistory } from '../components/fork/CheckpointHistory.js';
import type { SelectedKind } from '../components/panel/view.js';
import { TaskBoard } from '../components/tasks/TaskBoard.js';
import { TaskDialog } from '../components/tasks/TaskDialog.js';
import { TaskTree } from '../components/tasks/TaskTree.js';
import { AgentActivityTimeline } from '../components/timeline/timeline-part.js';
import { useTexts } from '../context/monitor-context.js';
import { useDashboard } from './dashboard-context.js';
import { dashboardLabels, panelNames } from './dashboard-labels.js';
import {
  AgentLogViewer,
  ConversationViewer,
  CostBreakdown,
  FileChanges,
  ModelUsage,
  WorkflowGraph,
} from './lazy.js';
import { PanelGrid } from './PanelGrid.js';
import type { RunTabName } from './run-tabs.js';
import { useOpenTarget } from './useOpenTarget.js';
import { useTaskCallbacks } from './useTaskCallbacks.js';

export interface RunTabProps {
  readonly runId: string;
  /** Line of the log to show, after a file's change asked for it. */
  readonly logSeq: number | undefined;
  readonly onShowLog: (seq: number) => void;
}

/** Selection of one kind, as the view holds it. */
function useSelection(kind: SelectedKind): readonly [string | undefined, (id: string | undefined) => void] {
  const { view, change } = useDashboard();
  const select = useCallback(
    (id: string | undefined) => change({ selected: id === undefined ? undefined : { kind, id } }),
    [change, kind],
  );
  return [view.selected?.kind === kind ? view.selected.id : undefined, select];
}

/** The open part of a run's page. */
export function RunTab({ tab, ...props }: RunTabProps & { readonly tab: RunTabName }): ReactElement {
  const Shown = TABS[tab];
  return <Shown {...props} />;
}

function ActivityTab({ runId }: RunTabProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const names = labels(panelNames);
  const [spanId, selectSpan] = useSelection('span');
  const [agentId, selectAgent] = useSelection('agent');
  const openTarget = useOpenTarget();
  return (
    <PanelGrid
      page="run"
      label={words.tabs.activity}
      panels={[
        {
          id: 'timeline',
          label: names.timeline,
          content: <AgentActivityTimeline runId={runId} selectedSpanId={spanId} onSelectSpan={selectSpan} />,
        },
        {
          id: 'agents',
          label: names.agents,
          content: <AgentTable runId={runId} selectedAgentId={agentId} onSelectAgent={selectAgent} />,
        },
        { id: 'feed', label: names.feed, content: <ActivityFeed runId={runId} onSelect={openTarget} /> },
      ]}
    />
  );
}

function TasksTab({ runId }: RunTabProps): ReactElement {
  const [taskId, selectTask] = useSelection('task');
  const callbacks = useTaskCallbacks();
  return (
    <div className="fg-page-part">
      <TaskTree runId={runId} selectedTaskId={taskId} onSelectTask={selectTask} />
      <TaskBoard runId={runId} onOpenTask={(_, id) => selectTask(id)} />
      {taskId === undefined ? null : (
        <TaskDialog runId={runId} taskId={taskId} {...callbacks} onClose={() => selectTask(undefined)} />
      )}
    </div>
  );
}

function GraphTab({ runId }: RunTabProps): ReactElement {
  const [nodeId, selectNode] = useSelection('node');
  return <WorkflowGraph runId={runId} selectedNodeId={nodeId} onSelectNode={selectNode} />;
}

function ConversationTab({ runId }: RunTabProps): ReactElement {
  const [messageId] = useSelection('message');
  return <ConversationViewer runId={runId} selectedMessageId={messageId} />;
}

function FilesTab({ runId, onShowLog }: RunTabProps): ReactElement {
  const [path] = useSelection('file');
  return <FileChanges runId={runId} selectedPath={path} onShowLog={onShowLog} />;
}

function LogsTab({ runId, logSeq }: RunTabProps): ReactElement {
  const { change } = useDashboard();
  const showFile = useCallback(
    (path: string) => change({ tab: 'files', selected: { kind: 'file', id: path } }),
    [change],
  );
  return <AgentLogViewer runId={runId} selectedSeq={logSeq} onShowFile={showFile} />;
}

function CheckpointsTab({ runId }: RunTabProps): ReactElement {
  const { change, openRun } = useDashboard();
  const [checkpointId, selectCheckpoint] = useSelection('checkpoint');
  return (
    <CheckpointHistory
      runId={runId}
      selectedCheckpointId={checkpointId}
      onSelectCheckpoint={selectCheckpoint}
      onOpenRun={openRun}
      onSeek={(seq) => change({ seq, runId })}
    />
  );
}

const MONEY = [CostBurnRate, BudgetMeter, CostBreakdown, ModelUsage] as const;

function MoneyTab({ runId }: RunTabProps): ReactElement {
  return (
    <div className="fg-page-grid">
      {MONEY.map((Part, at) => (
        <div key={at} className="fg-page-cell" data-size="half">
          <Part runId={runId} />
        </div>
      ))}
    </div>
  );
}

const TABS: { readonly [T in RunTabName]: (props: RunTabProps) => ReactElement } = {
  activity: ActivityTab,
  tasks: TasksTab,
  graph: GraphTab,
  conversation: ConversationTab,
  files: FilesTab,
  logs: LogsTab,
  checkpoints: CheckpointsTab,
  money: MoneyTab,
};
