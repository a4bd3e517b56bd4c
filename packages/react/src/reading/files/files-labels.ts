import { defineLabels } from '../../labels/define-labels.js';
import type { FileOperationName, FileSide } from './file-operations.js';

export interface FilesLabels {
  readonly title: string;
  readonly count: (count: string, one: boolean) => string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly sides: string;
  readonly side: { readonly [S in FileSide]: string };
  readonly operation: { readonly [N in FileOperationName]: string };
  readonly operationLabel: string;
  readonly everyOperation: string;
  readonly findPath: string;
  readonly times: (count: string) => string;
  readonly movedFrom: (path: string) => string;
  readonly lines: (count: string) => string;
  readonly linesChanged: (added: string, removed: string) => string;
  readonly showDiff: string;
  readonly hideDiff: string;
  readonly noDiff: string;
  readonly showInLog: string;
  readonly markdownReport: string;
  readonly csvReport: string;
  readonly reportTitle: (run: string) => string;
  readonly columns: readonly string[];
  readonly diffOf: (path: string) => string;
  readonly downloadDiff: string;
  readonly brokenDiff: string;
  readonly longDiff: (size: string) => string;
  readonly before: string;
  readonly after: string;
}

export const filesLabels = defineLabels<FilesLabels>('files', {
  title: 'Files',
  count: (count, one) => (one ? '1 file' : `${count} files`),
  empty: 'No file was touched',
  emptyHint: 'Files that agents read, create, change, move or delete appear here.',
  sides: 'Which files',
  side: { all: 'All', produced: 'Produced', consumed: 'Read' },
  operation: { read: 'Read', created: 'Created', modified: 'Modified', deleted: 'Deleted', moved: 'Moved' },
  operationLabel: 'Operation',
  everyOperation: 'Every operation',
  findPath: 'Find a path',
  times: (count) => `${count} times`,
  movedFrom: (path) => `from ${path}`,
  lines: (count) => `${count} lines`,
  linesChanged: (added, removed) => `${added} lines added, ${removed} removed`,
  showDiff: 'Show diff',
  hideDiff: 'Hide diff',
  noDiff: 'No diff was recorded',
  showInLog: 'Show in log',
  markdownReport: 'Report',
  csvReport: 'CSV',
  reportTitle: (run) => `Files of ${run}`,
  columns: ['Time', 'Operation', 'Path', 'From', 'Lines added', 'Lines removed', 'Agent', 'Task'],
  diffOf: (path) => `Diff of ${path}`,
  downloadDiff: 'Download diff',
  brokenDiff: 'This is no complete diff; it is shown as it was recorded.',
  longDiff: (size) => `Only the first ${size} are shown; download it to read on.`,
  before: 'Before',
  after: 'After',
});
