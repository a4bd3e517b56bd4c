'use client';

import { selectAgents } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunState } from '@fleetglass/core/client';
import type { EventFamily } from '@fleetglass/core/protocol';
import { forwardRef, useCallback, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { Card } from '../../components/parts/Card.js';
import { EmptyNote } from '../../components/parts/EmptyNote.js';
import { SearchField } from '../../components/parts/SearchField.js';
import { SelectField } from '../../components/parts/SelectField.js';
import { Tabs } from '../../components/parts/Tabs.js';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useEvents } from '../../hooks/useEvents.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { download } from '../../lib/download.js';
import { plainText } from '../../lib/plain-text.js';
import { MeasuredList } from '../list/MeasuredList.js';
import { readingLabels } from '../reading-labels.js';
import { FileDiff } from './FileDiff.js';
import { FileRow } from './FileRow.js';
import { filesLabels } from './files-labels.js';
import { filterOperations, historiesOf, operationsOf } from './file-operations.js';
import type { FileHistory, FileOperation, FileOperationName, FileSide } from './file-operations.js';
import { filesToCsv, filesToMarkdown } from './file-report.js';

export interface FileChangesProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
  readonly agentId?: string | undefined;
  readonly taskId?: string | undefined;
  /** File to show, for example the one that a line of the log is about. */
  readonly selectedPath?: string | undefined;
  /** Shows where an operation stands in the log. */
  readonly onShowLog?: ((seq: number) => void) | undefined;
}

const TYPES: readonly EventFamily[] = ['file'];
const SIDES: readonly FileSide[] = ['all', 'produced', 'consumed'];
const OPERATIONS: readonly FileOperationName[] = ['created', 'modified', 'deleted', 'moved', 'read'];
const ROW = 36;
const keyOf = (file: FileHistory): string => file.path;
const heightOf = (): number => ROW;
const nameOfRun = ({ name }: RunState) => ({ name });

/**
 * Files that agents read and wrote: operation, lines, who, when, the history of each, its diffs, and a report. Renders
 * again as files are touched, at most twice a second.
 */
export const FileChanges = forwardRef<HTMLElement, FileChangesProps>(function FileChanges(
  { runId, agentId, taskId, selectedPath, onShowLog, className, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(filesLabels);
  const shared = labels(readingLabels);
  const { ready } = useConnection();
  const { cadence } = useMonitorSource();
  const run = useRunPart(runId, nameOfRun);
  const agents = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => selectAgents(state, runId), [runId]),
    { periodMs: cadence.agents },
  );
  // Before anything has arrived there is nothing to read yet, and no run has the empty name.
  const { events, loading, omitted, error } = useEvents({
    runId: ready ? runId : '',
    agentId,
    taskId,
    types: TYPES,
  });
  const operations = useMemo(() => operationsOf(events), [events]);
  const [side, setSide] = useState<FileSide>('all');
  const [name, setName] = useState<FileOperationName | ''>('');
  const [agent, setAgent] = useState('');
  const [query, setQuery] = useState('');
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [diff, setDiff] = useState<FileOperation>();

  const sides = useMemo(() => countSides(operations), [operations]);
  const kept = useMemo(
    () => filterOperations(operations, { side, name, agentId: agent, query }),
    [operations, side, name, agent, query],
  );
  const files = useMemo(() => historiesOf(kept), [kept]);
  const selected = useMemo(
    () => (selectedPath === undefined ? undefined : { key: selectedPath }),
    [selectedPath],
  );
  const names = useMemo(() => new Map(agents.map((one) => [one.id, one.name])), [agents]);
  const agentName = useCallback(
    (id: string | undefined) => (id === undefined ? undefined : (names.get(id) ?? id)),
    [names],
  );
  const turn = useCallback((path: string) => {
    setTurned((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  }, []);
  const turnDiff = useCallback(
    (operation: FileOperation) =>
      setDiff((before) => (before?.key === operation.key ? undefined : operation)),
    [],
  );
  const actors = useMemo(
    () => [...new Set(operations.flatMap((operation) => operation.agentId ?? []))],
    [operations],
  );
  const report = {
    title: words.reportTitle(run?.name ?? runId),
    words,
    agentOf: (operation: FileOperation) => agentName(operation.agentId) ?? '',
    timeOf: format.dateTime,
  };
  const notes = [
    ...(error ? [shared.readFailed(plainText(error.message))] : []),
    ...(omitted > 0 ? [shared.omitted(format.count(omitted))] : []),
  ];
  return (
    <Card
      ref={ref}
      className={cx('fg-reading fg-files', className)}
      heading={words.title}
      note={files.length > 0 ? words.count(format.count(files.length), files.length === 1) : undefined}
      loading={!ready || (loading && operations.length === 0 && run !== undefined)}
      {...rest}
    >
      {!run ? (
        <EmptyNote heading={shared.noSuchRun} hint={shared.noSuchRunHint} />
      ) : operations.length === 0 ? (
        <EmptyNote heading={words.empty} hint={words.emptyHint} />
      ) : (
        <Tabs
          label={words.sides}
          value={side}
          onChange={setSide}
          tabs={SIDES.map((value) => ({
            value,
            label: words.side[value],
            count: format.count(sides[value]),
          }))}
        >
          <div className="fg-reading-bar">
            <SearchField label={words.findPath} value={query} onChange={setQuery} />
            <SelectField<FileOperationName | ''>
              label={words.operationLabel}
              value={name}
              options={[
                { value: '', label: words.everyOperation },
                ...OPERATIONS.map((value) => ({ value, label: words.operation[value] })),
              ]}
              onChange={setName}
            />
            {actors.length > 1 ? (
              <SelectField
                label={shared.agent}
                value={agent}
                options={[
                  { value: '', label: shared.everyAgent },
                  ...actors.map((id) => ({ value: id, label: plainText(agentName(id) ?? id) })),
                ]}
                onChange={setAgent}
              />
            ) : null}
            <span className="fg-reading-actions">
              <button
                type="button"
                className="fg-button"
                onClick={() =>
                  download(`${report.title}.md`, 'text/markdown', filesToMarkdown(files, report))
                }
              >
                {words.markdownReport}
              </button>
              <button
                type="button"
                className="fg-button"
                onClick={() => download(`${report.title}.csv`, 'text/csv', filesToCsv(kept, report))}
              >
                {words.csvReport}
              </button>
            </span>
          </div>
          {notes.length > 0 ? <p className="fg-reading-note">{notes.join(' ')}</p> : null}
          {files.length === 0 ? (
            <EmptyNote heading={shared.nothingMatches} hint={shared.nothingMatchesHint} />
          ) : (
            <div className="fg-files-body" data-diff={diff ? true : undefined}>
              <MeasuredList
                className="fg-files-rows"
                role="group"
                aria-label={words.title}
                rows={files}
                keyOf={keyOf}
                heightOf={heightOf}
                shown={selected}
                renderRow={(file) => (
                  <FileRow
                    file={file}
                    open={turned.has(file.path) !== (file.path === selectedPath)}
                    selectedKey={diff?.key}
                    agentName={agentName}
                    onTurn={turn}
                    onDiff={turnDiff}
                    onShowLog={onShowLog}
                  />
                )}
              />
              {diff ? <FileDiff operation={diff} onClose={() => setDiff(undefined)} /> : null}
            </div>
          )}
        </Tabs>
      )}
    </Card>
  );
});

/** Files of each side. */
function countSides(operations: readonly FileOperation[]): { readonly [S in FileSide]: number } {
  const paths = { all: new Set<string>(), produced: new Set<string>(), consumed: new Set<string>() };
  for (const { name, path } of operations) {
    paths.all.add(path);
    paths[name === 'read' ? 'consumed' : 'produced'].add(path);
  }
  return { all: paths.all.size, produced: paths.produced.size, consumed: paths.consumed.size };
}
