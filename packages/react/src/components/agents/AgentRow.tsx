'use client';

import type { AgentState } from '@fleetglass/core/client';
import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAgent, useAgentPart } from '../../hooks/useEntities.js';
import { plainText } from '../../lib/plain-text.js';
import { CostText } from '../cost/CostText.js';
import { StatusBadge } from '../status/StatusBadge.js';
import { agentsLabels } from './agents-labels.js';

export interface AgentRowProps {
  readonly runId: string;
  readonly agentId: string;
  /** Place in the table, 1-based. */
  readonly rowIndex: number;
  readonly selected: boolean;
  readonly onSelect: ((agentId: string | undefined) => void) | undefined;
}

const selectWork = ({ name, role, model, status, activity }: AgentState) => ({
  name,
  role,
  model,
  status,
  activity,
});

/**
 * One agent. Renders again only when this agent changes: at once for what it does, at the cadence for agents for its
 * figures.
 */
export const AgentRow = memo(function AgentRow({
  runId,
  agentId,
  rowIndex,
  selected,
  onSelect,
}: AgentRowProps): ReactElement | null {
  const agent = useAgentPart(runId, agentId, selectWork);
  const figures = useAgent(runId, agentId);
  const { labels, format } = useTexts();
  if (!agent || !figures) return null;
  const words = labels(agentsLabels);
  const { usage, cost } = figures.totals;
  const tokens = usage.inputTokens + usage.outputTokens;
  const counts = [];
  if (figures.completedTasks > 0) counts.push(words.done(format.count(figures.completedTasks)));
  if (figures.runningTasks > 0) counts.push(words.running(format.count(figures.runningTasks)));
  const name = plainText(agent.name);
  const activity = plainText(agent.activity);
  const { role } = agent;
  // A role that only says the name once more is left out.
  const saysMore = role !== undefined && !agent.name.toLowerCase().startsWith(role.toLowerCase());
  const about = plainText([saysMore ? role : undefined, agent.model].filter(Boolean).join(' · '));
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className="fg-agent fg-agent-grid"
      data-status={agent.status}
      data-selected={selected || undefined}
    >
      <div role="rowheader" className="fg-agent-name">
        {onSelect ? (
          <button
            type="button"
            className="fg-agent-button"
            title={name}
            aria-pressed={selected}
            onClick={() => onSelect(selected ? undefined : agentId)}
          >
            {name}
          </button>
        ) : (
          name
        )}
        {about === '' ? null : (
          <span className="fg-agent-about" title={about}>
            {about}
          </span>
        )}
      </div>
      <div role="cell" className="fg-agent-status">
        <StatusBadge status={agent.status} />
      </div>
      <div
        role="cell"
        className="fg-agent-activity"
        title={activity}
        data-empty={activity === undefined || undefined}
      >
        {activity ?? words.none}
      </div>
      <div role="cell" className="fg-agent-tasks">
        {counts.length === 0 && figures.failedTasks === 0 ? words.noTasks : counts.join(', ')}
        {figures.failedTasks > 0 ? (
          <span className="fg-agent-failed">
            {counts.length > 0 ? ', ' : ''}
            {words.failed(format.count(figures.failedTasks))}
          </span>
        ) : null}
      </div>
      <div role="cell" className="fg-agent-tokens" data-unit={words.tokensUnit} title={format.count(tokens)}>
        {format.compact(tokens)}
      </div>
      <div role="cell" className="fg-agent-cost">
        <CostText cost={cost} />
      </div>
    </div>
  );
});
