import type { BlobRef, FleetEvent } from '@fleetglass/core/protocol';

export type FileOperationName = 'read' | 'created' | 'modified' | 'deleted' | 'moved';

/** An agent touched a file, once. */
export interface FileOperation {
  readonly key: string;
  readonly seq: number;
  readonly time: number;
  readonly name: FileOperationName;
  readonly path: string;
  /** Where it was before it was moved. */
  readonly from?: string | undefined;
  readonly lines?: number | undefined;
  readonly added?: number | undefined;
  readonly removed?: number | undefined;
  readonly diff?: BlobRef | undefined;
  readonly agentId?: string | undefined;
  readonly taskId?: string | undefined;
}

/** A file with all that happened to it, oldest first. */
export interface FileHistory {
  readonly path: string;
  readonly operations: readonly FileOperation[];
  /** What sums it up: the weightiest of its operations. */
  readonly name: FileOperationName;
  readonly added: number;
  readonly removed: number;
  /** Whether any operation told of lines. */
  readonly counted: boolean;
}

const NAMES: readonly string[] = [
  'read',
  'created',
  'modified',
  'deleted',
  'moved',
] satisfies FileOperationName[];

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Events of files as operations; what tells of no path is left out. */
export function operationsOf(events: readonly FleetEvent[]): readonly FileOperation[] {
  return events.flatMap((event): readonly FileOperation[] => {
    const name = event.type.slice('file.'.length);
    const path = textOf(event.data['path']);
    if (!NAMES.includes(name) || path === undefined) return [];
    const { seq, time, agentId, taskId, data } = event;
    return [
      {
        key: String(seq),
        seq,
        time,
        name: name as FileOperationName,
        path,
        from: textOf(data['from']),
        lines: countOf(data['lines']),
        added: countOf(data['linesAdded']),
        removed: countOf(data['linesRemoved']),
        diff: textOf(data['diff']),
        agentId,
        taskId,
      },
    ];
  });
}

/** Files in the order in which they were first touched; of those that were written, before those only read. */
export function historiesOf(operations: readonly FileOperation[]): readonly FileHistory[] {
  const byPath = new Map<string, FileOperation[]>();
  for (const operation of operations) {
    const known = byPath.get(operation.path);
    if (known) known.push(operation);
    else byPath.set(operation.path, [operation]);
  }
  const histories = [...byPath].map(([path, list]): FileHistory => {
    const sum = (member: 'added' | 'removed'): number =>
      list.reduce((all, one) => all + (one[member] ?? 0), 0);
    return {
      path,
      operations: list,
      name: summaryOf(list),
      added: sum('added'),
      removed: sum('removed'),
      counted: list.some((one) => one.added !== undefined || one.removed !== undefined),
    };
  });
  const isRead = (history: FileHistory): number => Number(history.name === 'read');
  return histories.sort((a, b) => isRead(a) - isRead(b));
}

/** A file that was created stays new however often it was changed since; one that is gone is gone. */
function summaryOf(operations: readonly FileOperation[]): FileOperationName {
  const names = new Set(operations.map((operation) => operation.name));
  const last = operations.findLast((operation) => operation.name !== 'read');
  if (last?.name === 'deleted') return 'deleted';
  return (['created', 'moved', 'modified', 'deleted'] as const).find((name) => names.has(name)) ?? 'read';
}

export type FileSide = 'all' | 'produced' | 'consumed';

export interface FileFilter {
  readonly side: FileSide;
  readonly name: FileOperationName | '';
  readonly agentId: string;
  /** Part of a path. */
  readonly query: string;
}

export function filterOperations(
  operations: readonly FileOperation[],
  { side, name, agentId, query }: FileFilter,
): readonly FileOperation[] {
  const words = query.trim().toLowerCase();
  return operations.filter(
    (operation) =>
      (side === 'all' || (side === 'consumed') === (operation.name === 'read')) &&
      (name === '' || operation.name === name) &&
      (agentId === '' || operation.agentId === agentId) &&
      (words === '' || operation.path.toLowerCase().includes(words)),
  );
}
