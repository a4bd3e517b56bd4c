'use client';

import { useMemo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { usePayload } from '../../hooks/usePayload.js';
import { download } from '../../lib/download.js';
import { plainText } from '../../lib/plain-text.js';
import { readingLabels } from '../reading-labels.js';
import { DiffView } from './DiffView.js';
import type { FileOperation } from './file-operations.js';
import { LineCounts, OperationMark, PathText } from './FileRow.js';
import { filesLabels } from './files-labels.js';
import { jsonText } from '../json/json-nodes.js';

/** The diff of one operation, fetched when it is shown. */
export function FileDiff({
  operation,
  onClose,
}: {
  readonly operation: FileOperation;
  readonly onClose: () => void;
}): ReactElement {
  const { labels } = useTexts();
  const words = labels(filesLabels);
  const shared = labels(readingLabels);
  const { path, name, added, removed, diff } = operation;
  const payload = useMemo(
    () =>
      diff === undefined
        ? undefined
        : ({ kind: 'blob', ref: diff, bytes: 0, mediaType: 'text/x-diff', preview: '' } as const),
    [diff],
  );
  const loaded = usePayload(payload);
  const text =
    loaded?.state === 'text'
      ? loaded.text
      : loaded?.state === 'value'
        ? typeof loaded.value === 'string'
          ? loaded.value
          : jsonText(loaded.value, 2)
        : undefined;
  const label = words.diffOf(plainText(path.slice(0, 300)));
  return (
    <section className="fg-file-diff" aria-label={label}>
      <div className="fg-file-diff-head">
        <OperationMark name={name} />
        <PathText path={path} />
        <LineCounts added={added} removed={removed} />
        <span className="fg-reading-actions">
          {text === undefined ? null : (
            <button
              type="button"
              className="fg-button"
              onClick={() => download(`${path.split(/[/\\]/).at(-1) ?? 'file'}.diff`, 'text/x-diff', text)}
            >
              {words.downloadDiff}
            </button>
          )}
          <button type="button" className="fg-button" onClick={onClose}>
            {words.hideDiff}
          </button>
        </span>
      </div>
      {text === undefined ? (
        <p className="fg-reading-note" role="status">
          {loaded?.state === 'loading' ? shared.loadingPayload : shared.missingPayload}
        </p>
      ) : (
        <DiffView text={text} label={label} />
      )}
    </section>
  );
}
