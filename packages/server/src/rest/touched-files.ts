import { FleetglassError } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { narrow } from '../gateway/access.js';
import type { Call } from './endpoint.js';
import { nextTurn } from '../lib/next-turn.js';
import type { Reader } from './reader.js';

const OPERATIONS = ['read', 'created', 'modified', 'deleted', 'moved'] as const;
type Operation = (typeof OPERATIONS)[number];

/** What a run did to one file. */
export interface TouchedFile {
  readonly path: string;
  readonly operations: Record<Operation, number>;
  linesAdded: number;
  linesRemoved: number;
  readonly agents: string[];
  readonly firstAt: number;
  lastAt: number;
  last: Operation;
  diff?: string;
}

interface Known {
  /** Positions up to which events were looked at. */
  seq: number;
  more: boolean;
  readonly files: Map<string, TouchedFile>;
}

const MOST_FILES = 5_000;
const MOST_RUNS = 50;
const WINDOW = 20_000;

/** Files by run and by what may be seen of it, so that a run that goes on is not read from its beginning each time. */
const known = new WeakMap<Reader, Map<string, Promise<Known>>>();

function add(sum: Known, { type, time, agentId, data }: FleetEvent): void {
  const { path } = data;
  const operation = OPERATIONS.find((name) => type === `file.${name}`);
  if (typeof path !== 'string' || !operation) return;
  let file = sum.files.get(path);
  if (!file) {
    if (sum.files.size >= MOST_FILES) {
      sum.more = true;
      return;
    }
    const operations = { read: 0, created: 0, modified: 0, deleted: 0, moved: 0 };
    file = {
      path,
      operations,
      linesAdded: 0,
      linesRemoved: 0,
      agents: [],
      firstAt: time,
      lastAt: time,
      last: operation,
    };
    sum.files.set(path, file);
  }
  file.operations[operation] += 1;
  file.linesAdded += typeof data['linesAdded'] === 'number' ? data['linesAdded'] : 0;
  file.linesRemoved += typeof data['linesRemoved'] === 'number' ? data['linesRemoved'] : 0;
  file.lastAt = time;
  file.last = operation;
  if (typeof data['diff'] === 'string') file.diff = data['diff'];
  if (agentId !== undefined && !file.agents.includes(agentId)) file.agents.push(agentId);
}

/**
 * Files that a run touched, as far as whoever asks may see them.
 *
 * @throws FleetglassError `RUN_NOT_FOUND`, `FORBIDDEN`
 */
export async function touchedFiles(
  call: Call,
  runId: string,
): Promise<{ readonly files: readonly TouchedFile[]; readonly more: boolean }> {
  const { reader, scope } = call;
  const { log } = reader;
  const filter = narrow({ runId, types: ['file'] }, scope);
  const { state } = await reader.run(runId, scope);
  const run = state.runs.get(runId);
  if (!run && scope === undefined) {
    throw new FleetglassError(
      'RUN_NOT_FOUND',
      `There is no run '${runId.slice(0, 100)}' here: list the runs to see their ids.`,
    );
  }
  let runs = known.get(reader);
  if (!runs) known.set(reader, (runs = new Map<string, Promise<Known>>()));
  const key = `${log.epoch} ${log.deletions?.() ?? 0} ${filterKey(filter)}`;
  const from = Math.max(log.first(), run?.firstSeq ?? 1);
  const before: Promise<Known> =
    runs.get(key) ?? Promise.resolve({ seq: from - 1, more: false, files: new Map<string, TouchedFile>() });

  // One after the other: two that ask at once would count the same events twice.
  const next = before.then(async (sum) => {
    const head = log.head();
    while (sum.seq < head) {
      const to = Math.min(head, sum.seq + WINDOW);
      const page = await log.read({ from: sum.seq + 1, to, filter, limit: WINDOW });
      for (const event of page.events) add(sum, event);
      sum.seq = to;
      if (to < head) await nextTurn();
    }
    return sum;
  });
  runs.delete(key);
  runs.set(key, next);
  next.catch(() => runs.delete(key));
  if (runs.size > MOST_RUNS) runs.delete(runs.keys().next().value as string);
  const { files, more } = await next;
  return { files: [...files.values()], more };
}
