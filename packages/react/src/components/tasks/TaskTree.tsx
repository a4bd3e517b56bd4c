'use client';

import { selectTaskRows } from '@fleetglass/core/client';
import type { MonitorSnapshot, TaskRow, TaskRowOptions, WorkStatus } from '@fleetglass/core/client';
import type { Complexity } from '@fleetglass/core/protocol';
import { forwardRef, useCallback, useDeferredValue, useId, useMemo, useState } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { SimulatedTag } from '../cost/SimulatedTag.js';
import { Card } from '../parts/Card.js';
import type { CardProps } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { SearchField } from '../parts/SearchField.js';
import { SelectField } from '../parts/SelectField.js';
import { statusLabels } from '../status/status-labels.js';
import { TaskTreeList } from './TaskTreeList.js';
import { tasksLabels } from './tasks-labels.js';
import { treeLabels } from './tree-labels.js';
import { useOpenNodes } from './useOpenNodes.js';

export interface TaskTreeProps extends Omit<CardProps, 'heading' | 'onSelect'> {
  readonly runId: string;
  /** @default the component's own word */
  readonly heading?: CardProps['heading'];
  readonly selectedTaskId?: string | undefined;
  /** Asked to show a task; without it, choosing a line opens or closes it. */
  readonly onSelectTask?: ((taskId: string) => void) | undefined;
  /** What is searched for at first. */
  readonly defaultQuery?: string;
}

const ANY = 'any';
type Any = typeof ANY;

/**
 * The tasks of a run below each other: status with its reason, progress, agent, time, and cost with all that is below.
 * Branches of a fan-out stand below a line of their own, closed when they are many. Search and filters keep what stands
 * above a task. Renders again when the tree's shape, the filter or what is open changes; a line when its task does.
 */
export const TaskTree = forwardRef<HTMLElement, TaskTreeProps>(function TaskTree(
  { runId, heading, selectedTaskId, onSelectTask, defaultQuery = '', className, note, tools, ...rest },
  ref,
) {
  const { cadence } = useMonitorSource();
  const { labels, format } = useTexts();
  const words = labels(treeLabels);
  const shared = labels(tasksLabels);
  const { ready } = useConnection();
  const id = useId();
  const [text, setText] = useState(defaultQuery);
  const [status, setStatus] = useState<WorkStatus | Any>(ANY);
  const [complexity, setComplexity] = useState<Complexity | Any>(ANY);
  const wanted = useDeferredValue(text).trim();
  const isFiltered = wanted !== '' || status !== ANY || complexity !== ANY;
  const filterKey = isFiltered ? JSON.stringify([wanted, status, complexity]) : '';
  const { isOpen, setOpen, setAll } = useOpenNodes(filterKey);
  const options = useMemo(
    (): TaskRowOptions => ({
      isOpen,
      text: wanted,
      status: status === ANY ? undefined : status,
      complexity: complexity === ANY ? undefined : complexity,
    }),
    [isOpen, wanted, status, complexity],
  );
  const { rows, fitting, tasks } = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectTaskRows(state, runId, options), [runId, options]),
    { periodMs: cadence.progress },
  );
  const clear = (): void => {
    setText('');
    setStatus(ANY);
    setComplexity(ANY);
  };
  const statusWords = labels(statusLabels).work;
  const count = isFiltered
    ? words.fitting(format.count(fitting), format.count(tasks))
    : shared.count(format.count(tasks));
  const onToggle = useCallback((row: TaskRow) => setOpen(row.node, !row.isOpen), [setOpen]);

  return (
    <Card
      ref={ref}
      className={cx('fg-tasks', className)}
      heading={heading ?? words.title}
      note={
        tasks === 0 ? (
          note
        ) : (
          <>
            {count} <SimulatedTag runId={runId} />
          </>
        )
      }
      loading={!ready}
      tools={tools}
      {...rest}
    >
      {tasks === 0 ? (
        <EmptyNote heading={words.empty} hint={words.emptyHint} />
      ) : (
        <>
          <div className="fg-task-tools" role="group" aria-label={words.title}>
            <SearchField label={words.search} value={text} onChange={setText} />
            <SelectField
              label={words.status}
              value={status}
              onChange={setStatus}
              options={[{ value: ANY, label: words.anyStatus }, ...namesOf(statusWords)]}
            />
            <SelectField
              label={words.complexity}
              value={complexity}
              onChange={setComplexity}
              options={[{ value: ANY, label: words.anyComplexity }, ...namesOf(shared.complexity)]}
            />
            <span className="fg-card-tools">
              <button type="button" className="fg-button" onClick={() => setAll(true)}>
                {words.openAll}
              </button>
              <button type="button" className="fg-button" onClick={() => setAll(false)}>
                {words.closeAll}
              </button>
            </span>
          </div>
          {rows.length === 0 ? (
            <EmptyNote heading={words.noFit} hint={words.noFitHint}>
              <button type="button" className="fg-button" onClick={clear}>
                {words.clear}
              </button>
            </EmptyNote>
          ) : (
            <TaskTreeList
              id={id}
              runId={runId}
              rows={rows}
              label={count}
              selectedTaskId={selectedTaskId}
              onToggle={onToggle}
              onSetOpen={setOpen}
              onSelectTask={onSelectTask}
            />
          )}
        </>
      )}
    </Card>
  );
});

/** Choices of a field from the words of each value. */
const namesOf = <V extends string>(words: { readonly [value in V]: string }): {
  readonly value: V;
  readonly label: string;
}[] => (Object.keys(words) as V[]).map((value) => ({ value, label: words[value] }));
