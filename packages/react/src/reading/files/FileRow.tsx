'use client';

import { memo } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import type { FileHistory, FileOperation, FileOperationName } from './file-operations.js';
import { filesLabels } from './files-labels.js';

/** One outline an operation; its word stands beside it. All fit a box of 12 by 12. */
const SHAPES: { readonly [N in FileOperationName]: ReactNode } = {
  read: <path d="M1 6c1.6-2.5 3.3-3.6 5-3.6S9.4 3.5 11 6c-1.6 2.5-3.3 3.6-5 3.6S2.6 8.5 1 6Zm5-1.2v2.4" />,
  created: <path d="M6 1.5v9M1.5 6h9" />,
  modified: <path d="m2 10 .6-2.6 5.8-5.8 2 2-5.8 5.8Z" />,
  deleted: <path d="M1.5 6h9" />,
  moved: <path d="M1.5 6h8.5M6.5 2.5 10 6 6.5 9.5" />,
};

export function OperationMark({ name }: { readonly name: FileOperationName }): ReactElement {
  const words = useTexts().labels(filesLabels);
  return (
    <span className="fg-operation" data-operation={name}>
      <svg className="fg-shape" viewBox="0 0 12 12" aria-hidden="true">
        {SHAPES[name]}
      </svg>
      {words.operation[name]}
    </span>
  );
}

/** How many lines came and went; nothing where that is not known. */
export function LineCounts({
  added,
  removed,
}: {
  readonly added?: number | undefined;
  readonly removed?: number | undefined;
}) {
  const { labels, format } = useTexts();
  const words = labels(filesLabels);
  if (added === undefined && removed === undefined) return null;
  const [plus, minus] = [format.count(added ?? 0), format.count(removed ?? 0)];
  return (
    <span className="fg-line-counts" title={words.linesChanged(plus, minus)}>
      <span className="fg-hidden">{words.linesChanged(plus, minus)}</span>
      {added || !removed ? (
        <span aria-hidden="true" className="fg-lines-added">
          +{plus}
        </span>
      ) : null}{' '}
      {removed ? (
        <span aria-hidden="true" className="fg-lines-removed">
          −{minus}
        </span>
      ) : null}
    </span>
  );
}

/** A path as text: its folder, and its name in stronger letters. */
export function PathText({ path }: { readonly path: string }): ReactElement {
  const text = plainText(path.slice(0, 500));
  const at = Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1;
  return (
    <span className="fg-path" title={text}>
      <span className="fg-path-folder">
        <bdi>{text.slice(0, at)}</bdi>
      </span>
      <bdi className="fg-path-name">{text.slice(at)}</bdi>
    </span>
  );
}

export interface FileRowProps {
  readonly file: FileHistory;
  readonly open: boolean;
  readonly selectedKey: string | undefined;
  readonly agentName: (agentId: string | undefined) => string | undefined;
  readonly onTurn: (path: string) => void;
  readonly onDiff: (operation: FileOperation) => void;
  readonly onShowLog?: ((seq: number) => void) | undefined;
}

/** A file; open, all that happened to it. Renders again only with its props. */
export const FileRow = memo(function FileRow({
  file,
  open,
  selectedKey,
  agentName,
  onTurn,
  onDiff,
  onShowLog,
}: FileRowProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(filesLabels);
  const { path, name, operations, counted, added, removed } = file;
  const last = operations.at(-1);
  const who = agentName(last?.agentId);
  return (
    <div className="fg-file">
      <button type="button" className="fg-file-head" aria-expanded={open} onClick={() => onTurn(path)}>
        <span className="fg-chevron" data-open={open || undefined} aria-hidden="true" />
        <OperationMark name={name} /> <PathText path={path} />{' '}
        <span className="fg-file-counts">
          {counted ? <LineCounts added={added} removed={removed} /> : null}
        </span>{' '}
        <span className="fg-file-who">
          <span className="fg-file-agent">{plainText(who ?? '')}</span>{' '}
          {last ? <time dateTime={format.machineTime(last.time)}>{format.time(last.time)}</time> : null}
          <span className="fg-file-times">
            {operations.length > 1 ? words.times(format.count(operations.length)) : ''}
          </span>
        </span>
      </button>
      {open ? (
        <ol className="fg-file-history">
          {operations.map((operation) => (
            <Operation
              key={operation.key}
              operation={operation}
              selected={operation.key === selectedKey}
              who={agentName(operation.agentId)}
              onDiff={onDiff}
              onShowLog={onShowLog}
            />
          ))}
        </ol>
      ) : null}
    </div>
  );
});

interface OperationProps extends Pick<FileRowProps, 'onDiff' | 'onShowLog'> {
  readonly operation: FileOperation;
  readonly selected: boolean;
  readonly who: string | undefined;
}

function Operation({ operation, selected, who, onDiff, onShowLog }: OperationProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(filesLabels);
  const { name, time, from, lines, added, removed, diff, taskId, seq } = operation;
  return (
    <li className="fg-file-operation" data-selected={selected || undefined}>
      <time dateTime={format.machineTime(time)}>{format.time(time)}</time>
      <OperationMark name={name} />
      <span className="fg-file-facts">
        <LineCounts added={added} removed={removed} />
        {lines === undefined ? null : <span>{words.lines(format.count(lines))}</span>}
        {from === undefined ? null : <span>{words.movedFrom(plainText(from.slice(0, 300)))}</span>}
        {who === undefined ? null : <span>{plainText(who)}</span>}
        {taskId === undefined ? null : <span>{plainText(taskId.slice(0, 80))}</span>}
      </span>
      <span className="fg-file-actions">
        {diff !== undefined ? (
          <button type="button" className="fg-link" aria-pressed={selected} onClick={() => onDiff(operation)}>
            {selected ? words.hideDiff : words.showDiff}
          </button>
        ) : name === 'read' || name === 'moved' ? null : (
          <span className="fg-file-none">{words.noDiff}</span>
        )}
        {onShowLog ? (
          <button type="button" className="fg-link" onClick={() => onShowLog(seq)}>
            {words.showInLog}
          </button>
        ) : null}
      </span>
    </li>
  );
}
