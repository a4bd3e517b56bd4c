'use client';

import { forwardRef, useId, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useAgentIds } from '../../hooks/useEntities.js';
import { cx } from '../../lib/cx.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { AgentRow } from './AgentRow.js';
import type { AgentRowProps } from './AgentRow.js';
import { agentsLabels } from './agents-labels.js';

export interface AgentListProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  readonly runId: string;
  readonly selectedAgentId?: string | undefined;
  /** Rows can be chosen when this is given; `undefined` when the choice was taken back. */
  readonly onSelectAgent?: ((agentId: string | undefined) => void) | undefined;
}

/** Rows above this number are drawn only where they can be seen. */
const VIRTUAL_ABOVE = 100;
/** Heights of such rows in pixels, beside and below each other. */
const ROW_HEIGHT = 54;
const STACKED_HEIGHT = 124;
/** From this width on, in pixels, a row's cells stand beside each other. */
const WIDE_FROM = 600;

/** The agents of a run in the order in which they joined. Renders again when one joins; a row when its agent changes. */
export const AgentList = forwardRef<HTMLElement, AgentListProps>(function AgentList(
  { runId, selectedAgentId, onSelectAgent, className, ...rest },
  ref,
) {
  const ids = useAgentIds(runId);
  const { labels, format } = useTexts();
  const titleId = useId();
  // State and not a ref: the rows inside are drawn before a ref to what surrounds them is set.
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const stacked = useWidth(viewport, WIDE_FROM) < WIDE_FROM;
  const words = labels(agentsLabels);
  const rowProps = (agentId: string, index: number): AgentRowProps => ({
    runId,
    agentId,
    // The head is the first row.
    rowIndex: index + 2,
    selected: agentId === selectedAgentId,
    onSelect: onSelectAgent,
  });
  return (
    <section
      ref={ref}
      className={cx('fg-card fg-agents', className)}
      aria-labelledby={titleId}
      data-stacked={stacked || undefined}
      {...rest}
    >
      <div className="fg-card-head">
        <h3 className="fg-card-title" id={titleId}>
          {words.title}
        </h3>
        <span className="fg-card-note">{format.count(ids.length)}</span>
        <SimulatedTag runId={runId} />
      </div>
      {ids.length === 0 ? (
        <div className="fg-empty">
          <p className="fg-empty-title">{words.empty}</p>
          <p>{words.emptyHint}</p>
        </div>
      ) : (
        <div
          ref={setViewport}
          className="fg-agents-scroll fg-scroll"
          tabIndex={0}
          role="group"
          aria-labelledby={titleId}
        >
          <div role="table" aria-labelledby={titleId} aria-rowcount={ids.length + 1}>
            <div role="rowgroup" className="fg-agents-head">
              <div role="row" aria-rowindex={1} className="fg-agent-grid">
                {[words.name, words.status, words.activity, words.tasks, words.tokens, words.cost].map(
                  (name) => (
                    <span key={name} role="columnheader">
                      {name}
                    </span>
                  ),
                )}
              </div>
            </div>
            {ids.length > VIRTUAL_ABOVE ? (
              <VirtualRows
                ids={ids}
                rowProps={rowProps}
                viewport={viewport}
                rowHeight={stacked ? STACKED_HEIGHT : ROW_HEIGHT}
              />
            ) : (
              <div role="rowgroup">
                {ids.map((id, index) => (
                  <AgentRow key={id} {...rowProps(id, index)} />
                ))}
              </div>
            )}
          </div>
        </div>
      )}
    </section>
  );
});

interface VirtualRowsProps {
  readonly ids: readonly string[];
  readonly rowProps: (agentId: string, index: number) => AgentRowProps;
  readonly viewport: HTMLDivElement | null;
  readonly rowHeight: number;
}

function VirtualRows({ ids, rowProps, viewport, rowHeight }: VirtualRowsProps): ReactElement {
  const offsets = useMemo(() => offsetsOf(ids, () => rowHeight), [ids, rowHeight]);
  const { from, to } = useVirtualRows(viewport, offsets);
  const style = {
    '--fg-row-height': `${rowHeight}px`,
    blockSize: offsets.at(-1),
    paddingBlockStart: offsets[from],
  } as CSSProperties;
  return (
    <div role="rowgroup" className="fg-agents-virtual" style={style}>
      {ids.slice(from, to).map((id, index) => (
        <AgentRow key={id} {...rowProps(id, from + index)} />
      ))}
    </div>
  );
}
