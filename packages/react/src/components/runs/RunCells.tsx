'use client';

import type { RunMatch, RunState } from '@fleetglass/core/client';
import { isFinal } from '@fleetglass/core/client';
import { createContext, memo, useContext } from 'react';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useRunNow } from '../../hooks/useNow.js';
import type { NotAgain, RunOrigin } from '../../hooks/useRunAgain.js';
import { plainText } from '../../lib/plain-text.js';
import { CostText } from '../cost/CostText.js';
import { describeTokens } from '../cost/describe-tokens.js';
import { runHeaderLabels } from '../run-header/run-header-labels.js';
import { StatusBadge } from '../status/StatusBadge.js';
import type { DataTableRowProps } from '../table/column.js';
import { DataTableCells } from '../table/DataTableCells.js';
import { PriorityBadge } from './PriorityBadge.js';
import { MatchLine, TasksFigure, whyOf } from './run-facts.js';
import { runsLabels } from './runs-labels.js';

/** What all rows of a table of runs share. */
export interface RunRows {
  readonly matches: ReadonlyMap<string, readonly RunMatch[]>;
  readonly hinderedBy: (run: RunOrigin) => NotAgain | undefined;
  readonly onAgain: (run: RunOrigin) => void;
}

export const RunRowsContext = createContext<RunRows>({
  matches: new Map(),
  hinderedBy: () => undefined,
  onAgain: () => {},
});

const selectHead = ({
  name,
  status,
  reason,
  message,
  by,
  error,
  priority,
  source,
  input,
  labels,
}: RunState) => ({
  name,
  status,
  reason,
  message,
  by,
  error,
  priority,
  source,
  input,
  labels,
});

const selectFigures = ({
  totals,
  taskCounts,
  agents,
  lastEventAt,
  startedAt,
  createdAt,
  facts,
}: RunState) => ({
  totals,
  taskCounts,
  agents: agents.length,
  lastEventAt,
  startedAt: startedAt ?? createdAt,
  isTimeless: typeof facts?.['times'] === 'string',
});

const LABELS_SHOWN = 3;

/** One run. Renders again when it changes: its status at once, its figures at the cost cadence. */
export const RunCells = memo(function RunCells({ id, active, columns }: DataTableRowProps): ReactElement {
  const { cadence } = useMonitorSource();
  const run = useRunPart(id, selectHead);
  const figures = useRunPart(id, selectFigures, cadence.cost);
  const texts = useTexts();
  const { matches } = useContext(RunRowsContext);
  const { labels, format } = texts;
  const words = labels(runsLabels);
  if (!run || !figures) return <div role="gridcell">{words.gone}</div>;
  const { totals, taskCounts, agents, startedAt, lastEventAt, isTimeless } = figures;
  const tokens = describeTokens(totals, texts);
  const name = plainText(run.name);
  return (
    <DataTableCells
      columns={columns}
      cells={{
        name: (
          <>
            <strong title={name}>{name}</strong>
            <SecondLine id={id} run={run} match={matches.get(id)?.find(({ field }) => field !== 'name')} />
          </>
        ),
        status: <StatusBadge status={run.status} />,
        priority: <PriorityBadge priority={run.priority} />,
        agents: format.count(agents),
        tasks: <TasksFigure counts={taskCounts} texts={texts} />,
        tokens: <span title={tokens.hint}>{tokens.text}</span>,
        cost: <CostText cost={totals.cost} />,
        duration: <RunDuration id={id} />,
        started: <Moment at={isTimeless ? undefined : startedAt} />,
        lastEvent: <Moment at={isTimeless ? undefined : lastEventAt} />,
        again: <AgainCell run={run} name={name} active={active} />,
      }}
    />
  );
});

type Head = ReturnType<typeof selectHead>;

/** Where a search found the run, or else why it is where it is, or else its labels. */
function SecondLine({
  id,
  run,
  match,
}: {
  readonly id: string;
  readonly run: Head;
  readonly match: RunMatch | undefined;
}): ReactElement {
  const texts = useTexts();
  if (match) {
    return (
      <span className="fg-second">
        <MatchLine match={match} texts={texts} />
      </span>
    );
  }
  const why = whyOf(run as Pick<RunState, 'status'> & Partial<RunState>, texts);
  const tags = Object.entries(run.labels).slice(0, LABELS_SHOWN);
  return (
    <span className="fg-second" title={why ?? plainText(id)}>
      {why === undefined ? null : (
        <span className="fg-run-why fg-toned" data-status={run.status}>
          {why}
        </span>
      )}
      {tags.map(([label, value]) => (
        <span key={label} className="fg-run-label" title={plainText(`${label}=${value}`)}>
          <span className="fg-soft">{plainText(label)}</span> {plainText(value)}
        </span>
      ))}
      {why === undefined && tags.length === 0 ? plainText(id) : null}
    </span>
  );
}

const selectTimes = ({ status, lastEventAt, endedAt, source, startedAt, createdAt }: RunState) => ({
  status,
  lastEventAt: isFinal(status) || source !== undefined ? lastEventAt : 0,
  endedAt,
  source,
  startedAt: startedAt ?? createdAt,
});

/** Renders again each second while the run goes on. */
function RunDuration({ id }: { readonly id: string }): ReactElement | null {
  const run = useRunPart(id, selectTimes, 1000);
  const now = useRunNow(run);
  const { format } = useTexts();
  return run ? <>{format.duration(now - run.startedAt)}</> : null;
}

/** `undefined` where the record holds no times. */
function Moment({ at }: { readonly at: number | undefined }): ReactElement {
  const { clock } = useMonitorSource();
  const { labels, format } = useTexts();
  if (at === undefined) {
    return (
      <span className="fg-soft" title={labels(runHeaderLabels).timeless}>
        {labels(runsLabels).none}
      </span>
    );
  }
  return (
    <time dateTime={format.machineTime(at)} title={format.dateTime(at)}>
      {format.dayTime(at, clock.now())}
    </time>
  );
}

interface AgainCellProps {
  readonly run: Head;
  readonly name: string;
  readonly active: boolean;
}

/** Nothing of a recording can be started again, and nothing by who may only look. */
function AgainCell({ run, name, active }: AgainCellProps): ReactElement | null {
  const { hinderedBy, onAgain } = useContext(RunRowsContext);
  const words = useTexts().labels(runsLabels);
  const { readOnly } = useMonitorSource();
  if (readOnly || run.source !== undefined) return null;
  const origin = run as RunOrigin;
  const hindrance = hinderedBy(origin);
  const title = hindrance ? words.notAgain[hindrance] : words.againOf(name);
  return (
    <button
      type="button"
      className="fg-icon-button"
      data-variant="plain"
      tabIndex={active ? 0 : -1}
      aria-label={words.againOf(name)}
      aria-disabled={hindrance !== undefined || undefined}
      title={title}
      onClick={() => {
        if (!hindrance) onAgain(origin);
      }}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d="M10.2 6.4A4.3 4.3 0 1 1 8.9 3M9.2.9v2.3H6.9" />
      </svg>
    </button>
  );
}
