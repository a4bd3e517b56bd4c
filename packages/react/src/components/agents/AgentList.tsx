'use client';

import { forwardRef, useId } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAgentIds } from '../../hooks/useEntities.js';
import { cx } from '../../lib/cx.js';
import { AgentRow } from './AgentRow.js';

export interface AgentListProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  readonly runId: string;
  readonly selectedAgentId?: string | undefined;
  /** Rows can be chosen when this is given; `undefined` when the choice was taken back. */
  readonly onSelectAgent?: ((agentId: string | undefined) => void) | undefined;
}

/** The agents of a run in the order in which they joined. Renders again when one joins; a row when its agent changes. */
export const AgentList = forwardRef<HTMLElement, AgentListProps>(function AgentList(
  { runId, selectedAgentId, onSelectAgent, className, ...rest },
  ref,
) {
  const ids = useAgentIds(runId);
  const { labels, format } = useTexts();
  const titleId = useId();
  const words = labels.agents;
  return (
    <section ref={ref} className={cx('fg-card fg-agents', className)} aria-labelledby={titleId} {...rest}>
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        <span className="fg-card-note">{format.count(ids.length)}</span>
      </div>
      {ids.length === 0 ? (
        <div className="fg-empty">
          <p className="fg-empty-title">{words.empty}</p>
          <p>{words.emptyHint}</p>
        </div>
      ) : (
        <div className="fg-agents-scroll fg-scroll" tabIndex={0} role="group" aria-labelledby={titleId}>
          <table role="table" className="fg-table" aria-labelledby={titleId}>
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">
                  {words.name}
                </th>
                <th role="columnheader" scope="col">
                  {words.status}
                </th>
                <th role="columnheader" scope="col">
                  {words.activity}
                </th>
                <th role="columnheader" scope="col">
                  {words.tasks}
                </th>
                <th role="columnheader" scope="col" className="fg-end">
                  {words.tokens}
                </th>
                <th role="columnheader" scope="col" className="fg-end">
                  {words.cost}
                </th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              {ids.map((id) => (
                <AgentRow
                  key={id}
                  runId={runId}
                  agentId={id}
                  selected={id === selectedAgentId}
                  onSelect={onSelectAgent}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
});
