'use client';

import type { RunFilters, RunQuery, SortOrder, Startable, RunColumn } from '@fleetglass/core/client';
import { forwardRef, useDeferredValue, useMemo, useState } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useRunAgain } from '../../hooks/useRunAgain.js';
import type { RunOrigin } from '../../hooks/useRunAgain.js';
import { useRunSearch } from '../../hooks/useRuns.js';
import { cx } from '../../lib/cx.js';
import { Card } from '../parts/Card.js';
import type { CardProps } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { SearchField } from '../parts/SearchField.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import type { DataTableColumn } from '../table/column.js';
import { DataTable } from '../table/DataTable.js';
import { RunCells, RunRowsContext } from './RunCells.js';
import { RunFilterBar } from './RunFilterBar.js';
import { runsLabels } from './runs-labels.js';

export interface RunTableProps extends Omit<
  CardProps,
  'children' | 'heading' | 'loading' | 'note' | 'onChange'
> {
  /** Makes words, filters and sort controlled; serialisable, so that a link can keep them. */
  readonly query?: RunQuery | undefined;
  readonly onQueryChange?: ((query: RunQuery) => void) | undefined;
  readonly selectedRunId?: string | undefined;
  /** Rows can be opened when this is given. */
  readonly onOpenRun?: ((runId: string) => void) | undefined;
  /** What the host registered; a constant or memoised. @default any graph that ran here may be tried */
  readonly startable?: readonly Startable[] | undefined;
  /** A run was started from here. @default `onOpenRun` */
  readonly onStarted?: ((runId: string) => void) | undefined;
}

const NO_FILTERS: RunFilters = {};
const NO_QUERY: RunQuery = {};

/**
 * All runs, with search, filters and an order, which stay live. Renders again when a run comes, goes or moves and when
 * the reader asks for something else; a row when its run changes.
 */
export const RunTable = forwardRef<HTMLElement, RunTableProps>(function RunTable(
  {
    query: givenQuery,
    onQueryChange,
    selectedRunId,
    onOpenRun,
    startable,
    onStarted = onOpenRun,
    tools,
    className,
    ...rest
  },
  ref,
) {
  const texts = useTexts();
  const { labels, format } = texts;
  const words = labels(runsLabels);
  const [ownQuery, setOwnQuery] = useState<RunQuery>(NO_QUERY);
  const query = givenQuery ?? ownQuery;
  const { text = '', filters = NO_FILTERS, sort } = query;
  // Typing stays fluent while many runs are looked through.
  const { ids, matches, total } = useRunSearch(useDeferredValue(query));
  const { ready } = useConnection();
  const { recorded } = useMonitorSource();
  const columns = useMemo(
    () => columnsOf(texts).filter(({ id }) => !recorded || !NOT_RECORDED.has(id)),
    [texts, recorded],
  );
  const { hinderedBy, start, feedback, inputGone } = useRunAgain(startable, onStarted);
  const again = useMemo(
    () => ({ matches, hinderedBy, onAgain: (run: RunOrigin) => void start(run) }),
    [matches, hinderedBy, start],
  );
  const change = (next: RunQuery): void => {
    setOwnQuery(next);
    onQueryChange?.(next);
  };
  const isNarrowed = text.trim() !== '' || Object.keys(filters).length > 0;
  const clear = (): void => change(sort ? { sort } : NO_QUERY);
  return (
    <Card
      ref={ref}
      className={cx('fg-runs', className)}
      heading={words.title}
      note={
        total === 0
          ? undefined
          : isNarrowed
            ? words.countOf(format.count(ids.length), format.count(total))
            : words.count(format.count(total))
      }
      tools={
        <>
          {total === 0 ? null : (
            <SearchField
              label={words.search}
              value={text}
              onChange={(next) => change(next === '' ? without('text', query) : { ...query, text: next })}
            />
          )}
          {tools}
        </>
      }
      loading={!ready && total === 0}
      {...rest}
    >
      {total === 0 ? (
        <EmptyNote heading={words.empty} hint={words.emptyHint} />
      ) : (
        <>
          <div className="fg-run-bar">
            <RunFilterBar
              filters={filters}
              onChange={(next) =>
                change(Object.keys(next).length > 0 ? { ...query, filters: next } : without('filters', query))
              }
            />
            {isNarrowed ? (
              <button type="button" className="fg-link" onClick={clear}>
                {words.clear}
              </button>
            ) : null}
          </div>
          {inputGone ? (
            <p role="status">{words.notAgain.inputGone}</p>
          ) : (
            <CommandFeedbackLine feedback={feedback} />
          )}
          {ids.length === 0 ? (
            <EmptyNote heading={words.noneFound} hint={words.noneFoundHint} />
          ) : (
            <RunRowsContext.Provider value={again}>
              <DataTable
                label={words.title}
                columns={columns}
                ids={ids}
                Row={RunCells}
                rowHeight={54}
                cardHeight={104}
                sort={sort ?? NEWEST}
                onSortChange={(next) => {
                  const order = next as SortOrder<RunColumn> | undefined;
                  change(order ? { ...query, sort: order } : without('sort', query));
                }}
                orderKey={JSON.stringify([text, filters])}
                selectedId={selectedRunId}
                onOpen={onOpenRun}
              />
            </RunRowsContext.Provider>
          )}
        </>
      )}
    </Card>
  );
});

const NEWEST: SortOrder<RunColumn> = { column: 'started', direction: 'descending' };

/** What says nothing of runs that are over and cannot be started here. */
const NOT_RECORDED: ReadonlySet<string> = new Set<RunColumn | 'again'>(['priority', 'again', 'lastEvent']);

const without = (name: keyof RunQuery, { [name]: _, ...rest }: RunQuery): RunQuery => rest;

function columnsOf({ labels }: Texts): readonly DataTableColumn<RunColumn | 'again'>[] {
  const words = labels(runsLabels);
  return [
    { id: 'name', heading: words.name, width: 'minmax(150px, 2.4fr)', sorts: 'ascending', card: 'plain' },
    { id: 'status', heading: words.status, width: '100px', sorts: 'ascending', card: 'plain' },
    {
      id: 'priority',
      heading: words.priority,
      width: '84px',
      sorts: 'ascending',
      hideBelow: 980,
      card: 'none',
    },
    {
      id: 'agents',
      heading: words.agents,
      width: '58px',
      align: 'end',
      sorts: 'descending',
      hideBelow: 1120,
      card: 'none',
    },
    {
      id: 'tasks',
      heading: words.tasks,
      width: 'minmax(140px, 0.8fr)',
      sorts: 'descending',
      hideBelow: 700,
      card: 'plain',
    },
    {
      id: 'tokens',
      heading: words.tokens,
      width: '62px',
      align: 'end',
      sorts: 'descending',
      hideBelow: 900,
      card: 'labelled',
    },
    { id: 'cost', heading: words.cost, width: '78px', align: 'end', sorts: 'descending', card: 'labelled' },
    {
      id: 'duration',
      heading: words.duration,
      width: '74px',
      align: 'end',
      sorts: 'descending',
      hideBelow: 620,
      card: 'plain',
    },
    {
      id: 'started',
      heading: words.started,
      width: '100px',
      align: 'end',
      sorts: 'descending',
      hideBelow: 760,
      card: 'plain',
    },
    {
      id: 'lastEvent',
      heading: words.lastEvent,
      width: '100px',
      align: 'end',
      sorts: 'descending',
      hideBelow: 1260,
      card: 'none',
    },
    { id: 'again', heading: words.again, hideHeading: true, width: '30px', hideBelow: 620, card: 'none' },
  ];
}
