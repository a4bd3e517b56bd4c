'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useTaskAgents } from '../../hooks/useTasks.js';
import { plainText } from '../../lib/plain-text.js';
import { tasksLabels } from './tasks-labels.js';

/** Who works on a group: the one agent by name, several as a count with their names as a hint. */
export function AgentsCount({
  runId,
  nodeKey,
}: {
  readonly runId: string;
  readonly nodeKey: string;
}): ReactElement | null {
  const agents = useTaskAgents(runId, nodeKey).filter(({ agentId }) => agentId !== undefined);
  const { labels, format } = useTexts();
  const names = agents.map(({ agent, agentId = '' }) => plainText(agent?.name ?? agentId));
  if (names.length === 0) return null;
  if (names.length === 1) return <span title={names[0]}>{names[0]}</span>;
  return (
    <span className="fg-strong" title={names.slice(0, 12).join(', ')}>
      {labels(tasksLabels).agents(format.count(names.length))}
    </span>
  );
}
