'use client';

import type { AgentColumn, AgentKey, AgentState, MonitorSnapshot, SortOrder } from '@fleetglass/core/client';
import { agentKey } from '@fleetglass/core/client';
import { createContext, forwardRef, memo, useCallback, useContext, useId, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import { useAgentByKey, useAgentKeys, useAgentMetrics } from '../../hooks/useAgents.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { isShallowEqual } from '../../hooks/selection.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { CostText } from '../cost/CostText.js';
import { describeTokens } from '../cost/describe-tokens.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { Card } from '../parts/Card.js';
import type { CardProps } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { StatusBadge } from '../status/StatusBadge.js';
import type { DataTableColumn, DataTableRowProps } from '../table/column.js';
import { DataTable } from '../table/DataTable.js';
import { DataTableCells } from '../table/DataTableCells.js';
import { agentsLabels } from './agents-labels.js';
import { aboutAgent, ContextFigure, SuccessFigure, TaskFigure } from './agent-figures.js';

export interface AgentTableProps extends Omit<
  CardProps,
  'children' | 'heading' | 'loading' | 'note' | 'onSelect'
> {
  /** @default the agents of all runs */
  readonly runId?: string | undefined;
  readonly selectedAgentId?: string | undefined;
  /** In the table of all runs: the run of the selected agent. */
  readonly selectedRunId?: string | undefined;
  /** Rows can be chosen when this is given; `undefined` when the choice was taken back. */
  readonly onSelectAgent?: ((agentId: string | undefined, runId: string | undefined) => void) | undefined;
  /** In the table of all runs: asked to open the run of an agent. */
  readonly onOpenRun?: ((runId: string) => void) | undefined;
  /** Makes the order controlled; serialisable. @default as they joined */
  readonly sort?: SortOrder<AgentColumn> | undefined;
  readonly onSortChange?: ((sort: SortOrder<AgentColumn> | undefined) => void) | undefined;
}

interface RowSetup {
  readonly withRun: boolean;
  readonly onOpenRun: ((runId: string) => void) | undefined;
}

const RowSetupContext = createContext<RowSetup>({ withRun: false, onOpenRun: undefined });

/**
 * The agents of a run, or of all runs, in the order in which they joined or by any column. Renders again when one joins
 * or moves; a row when its agent changes.
 */
export const AgentTable = forwardRef<HTMLElement, AgentTableProps>(function AgentTable(
  {
    runId,
    selectedAgentId,
    selectedRunId,
    onSelectAgent,
    onOpenRun,
    sort: givenSort,
    onSortChange,
    tools,
    className,
    ...rest
  },
  ref,
) {
  const texts = useTexts();
  const words = texts.labels(agentsLabels);
  const [ownSort, setOwnSort] = useState<SortOrder<AgentColumn>>();
  const sort = givenSort ?? ownSort;
  const keys = useAgentKeys(runId, sort);
  const { ready } = useConnection();
  const withRun = runId === undefined;
  const { monitor } = useMonitorSource();
  const columns = useMemo(() => columnsOf(texts, withRun), [texts, withRun]);
  const setup = useMemo(() => ({ withRun, onOpenRun }), [withRun, onOpenRun]);
  const selectedKey =
    selectedAgentId === undefined ? undefined : agentKey(runId ?? selectedRunId, selectedAgentId);
  return (
    <Card
      ref={ref}
      className={cx('fg-agents', className)}
      heading={words.title}
      note={
        <>
          {texts.format.count(keys.length)} {withRun ? null : <SimulatedTag runId={runId} />}
        </>
      }
      tools={tools}
      loading={!ready && keys.length === 0}
      {...rest}
    >
      {keys.length === 0 ? (
        <EmptyNote heading={words.empty} hint={words.emptyHint} />
      ) : (
        <RowSetupContext.Provider value={setup}>
          <DataTable
            label={words.title}
            columns={columns}
            ids={keys}
            Row={AgentCells}
            rowHeight={54}
            cardHeight={withRun ? 136 : 118}
            sort={sort}
            onSortChange={(next) => {
              const order = next as SortOrder<AgentColumn> | undefined;
              setOwnSort(order);
              onSortChange?.(order);
            }}
            selectedId={selectedKey}
            onOpen={
              onSelectAgent &&
              ((key) => {
                const agent = monitor.getSnapshot().state.agents.get(key);
                if (agent) onSelectAgent(key === selectedKey ? undefined : agent.id, agent.runId);
              })
            }
          />
        </RowSetupContext.Provider>
      )}
    </Card>
  );
});

function columnsOf({ labels }: Texts, withRun: boolean): readonly DataTableColumn[] {
  const words = labels(agentsLabels);
  const run: DataTableColumn[] = withRun
    ? [{ id: 'run', heading: words.run, width: 'minmax(96px, 1fr)', hideBelow: 700, card: 'line' }]
    : [];
  return [
    { id: 'name', heading: words.name, width: 'minmax(120px, 1.2fr)', sorts: 'ascending', card: 'plain' },
    { id: 'status', heading: words.status, width: '100px', sorts: 'ascending', card: 'plain' },
    ...run,
    { id: 'activity', heading: words.activity, width: 'minmax(0, 1.6fr)', hideBelow: 640, card: 'line' },
    { id: 'tasks', heading: words.tasks, width: 'minmax(136px, 1fr)', sorts: 'descending', card: 'plain' },
    {
      id: 'context',
      heading: words.context,
      hint: words.contextHint,
      width: '96px',
      sorts: 'descending',
      hideBelow: withRun ? 960 : 820,
      card: 'labelled',
    },
    {
      id: 'success',
      heading: words.success,
      width: '118px',
      sorts: 'ascending',
      hideBelow: withRun ? 1080 : 960,
      card: 'none',
    },
    { id: 'tokens', heading: words.tokens, width: '64px', align: 'end', sorts: 'descending' },
    { id: 'cost', heading: words.cost, width: '78px', align: 'end', sorts: 'descending' },
  ];
}

/** One agent. Renders again when it changes, at most at the cadence for agents. */
const AgentCells = memo(function AgentCells({ id, active, columns }: DataTableRowProps): ReactElement {
  const agent = useAgentByKey(id as AgentKey);
  const texts = useTexts();
  const { withRun, onOpenRun } = useContext(RowSetupContext);
  const words = texts.labels(agentsLabels);
  if (!agent) return <div role="gridcell">{words.gone}</div>;
  const tokens = describeTokens(agent.totals, texts);
  const name = plainText(agent.name);
  const about = aboutAgent(agent);
  const activity = plainText(agent.activity);
  return (
    <DataTableCells
      columns={columns}
      cells={{
        name: (
          <>
            <strong title={name}>{name}</strong>
            {about === '' ? null : (
              <span className="fg-second" title={about}>
                {about}
              </span>
            )}
          </>
        ),
        status: <StatusBadge status={agent.status} />,
        run: withRun ? <RunLink runId={agent.runId} active={active} onOpenRun={onOpenRun} /> : null,
        activity:
          activity === undefined ? (
            words.none
          ) : (
            <span className="fg-soft" title={activity}>
              {activity}
            </span>
          ),
        tasks: (
          <span className="fg-soft">
            <TaskFigure agent={agent} texts={texts} />
          </span>
        ),
        context: <ContextFigure context={agent.context} texts={texts} />,
        success: <Success agent={agent} texts={texts} />,
        tokens: <span title={tokens.hint}>{tokens.text}</span>,
        cost: <CostText cost={agent.totals.cost} />,
      }}
    />
  );
});

function Success({
  agent,
  texts,
}: {
  readonly agent: AgentState;
  readonly texts: Texts;
}): ReactElement | null {
  const metrics = useAgentMetrics(agent.runId ?? '', agent.id);
  return metrics ? <SuccessFigure metrics={metrics} rules={undefined} texts={texts} /> : null;
}

interface RunLinkProps extends Pick<RowSetup, 'onOpenRun'> {
  readonly runId: string | undefined;
  readonly active: boolean;
}

function RunLink({ runId, active, onOpenRun }: RunLinkProps): ReactElement | null {
  const { labels } = useTexts();
  const words = labels(agentsLabels);
  const run = useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const found = runId === undefined ? undefined : state.runs.get(runId);
        return { name: plainText(found?.name) };
      },
      [runId],
    ),
    { isEqual: isShallowEqual },
  );
  const descriptionId = useId();
  if (runId === undefined) return <>{words.none}</>;
  const name = run.name ?? runId;
  if (!onOpenRun) return <span title={runId}>{name}</span>;
  return (
    <button
      type="button"
      className="fg-link fg-cut"
      tabIndex={active ? 0 : -1}
      title={words.openRun(name)}
      id={descriptionId}
      onClick={() => onOpenRun(runId)}
    >
      {name}
    </button>
  );
}
