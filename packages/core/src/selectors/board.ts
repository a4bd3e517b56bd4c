import type { WorkStatus } from '../model/status.js';
import type { TaskKey } from '../projection/keys.js';
import type { FleetState, RunState, TaskState } from '../projection/state.js';
import type { Table } from '../projection/table.js';
import { createKeep } from './keep.js';
import { rowsOf } from './runs.js';

/** Tasks of one agent in one column. */
export interface BoardLane {
  /** Absent for tasks that nobody has. */
  readonly agentId?: string;
  /** In the order of their creation. */
  readonly tasks: readonly TaskKey[];
}

/** A column of a board. */
export interface BoardColumn {
  readonly name: string;
  /** In the order of their creation. */
  readonly tasks: readonly TaskKey[];
  /** The same tasks by agent, in the order in which the agents appear. */
  readonly lanes: readonly BoardLane[];
}

/** Tasks in columns, as on a kanban board. */
export interface Board {
  readonly columns: readonly BoardColumn[];
  /** Tasks in all columns. */
  readonly count: number;
}

/** Which tasks are on a board and what its columns are. */
export interface BoardOptions {
  /** @default the tasks of all runs */
  readonly runId?: string;
  /**
   * Columns to show, in their order, also empty ones; tasks of others are left out.
   * @default those that the run's fact `columns` names, then the others in the order in which they appear
   */
  readonly columns?: readonly string[];
  /**
   * `status`: a column for each status, in the order in which work goes through them, whatever a task was moved to.
   * @default 'column'
   */
  readonly by?: 'column' | 'status';
}

/** The way of work; the first five columns stand there also while they are empty. */
const STATUSES: readonly WorkStatus[] = [
  'queued',
  'running',
  'waiting',
  'completed',
  'failed',
  'paused',
  'stopped',
  'cancelled',
  'skipped',
];
const ALWAYS = 5;

const keepTasks = createKeep<readonly TaskKey[]>();
const keepLane = createKeep<BoardLane>();
const keepLanes = createKeep<readonly BoardLane[]>();
const keepColumn = createKeep<BoardColumn>();
const keepColumns = createKeep<readonly BoardColumn[]>();
const keepBoard = createKeep<Board>();

interface Last {
  readonly tasks: Table<TaskState>;
  readonly run: RunState | undefined;
  readonly board: Board;
}
/** Made again only when a task or the run itself changed. */
const last = new Map<string, Last>();
const MAX_LAST = 20;

/**
 * The board of a run, or of all. A task stands in the column that it was moved to; one that was never moved stands in
 * the column of its status. Columns, lanes and lists keep their identity while nothing of them changes, and so does the
 * whole; what a task says beside its place is not part of it.
 */
export function selectBoard(state: FleetState, options: BoardOptions = {}): Board {
  const { runId, columns, by = 'column' } = options;
  const key = JSON.stringify([runId, columns, by]);
  const run = runId === undefined ? undefined : state.runs.get(runId);
  const known = last.get(key);
  if (
    known &&
    known.tasks === state.tasks &&
    known.run?.facts === run?.facts &&
    known.run?.tasks === run?.tasks
  )
    return known.board;
  const board = makeBoard(state, key, options);
  last.delete(key);
  last.set(key, { tasks: state.tasks, run, board });
  if (last.size > MAX_LAST) last.delete(last.keys().next().value as string);
  return board;
}

function makeBoard(state: FleetState, key: string, { runId, columns, by }: BoardOptions): Board {
  const tasks =
    runId === undefined ? state.tasks.values() : rowsOf(state.runs.get(runId)?.tasks, state.tasks);
  const isByStatus = by === 'status';
  const named = columns ?? (isByStatus ? STATUSES : columnsOf(state, runId));
  const byColumn = new Map<string, TaskState[]>(named.map((name) => [name, []]));
  let count = 0;
  for (const task of tasks) {
    const name = isByStatus ? task.status : (task.column ?? task.status);
    let column = byColumn.get(name);
    if (!column) {
      if (columns) continue;
      byColumn.set(name, (column = []));
    }
    column.push(task);
    count += 1;
  }
  const built = [...byColumn]
    .filter(([, members], place) => columns || !isByStatus || place < ALWAYS || members.length > 0)
    .map(([name, members]) => columnOf(`${key} ${name}`, name, members));
  return keepBoard(key, { columns: keepColumns(key, built), count });
}

/** Whether a run's tasks stand on a board of its own: it names columns, or one of them was moved. */
export function hasBoard(state: FleetState, runId: string): boolean {
  if (columnsOf(state, runId).length > 0) return true;
  for (const task of rowsOf(state.runs.get(runId)?.tasks, state.tasks)) {
    if (task.column !== undefined) return true;
  }
  return false;
}

/** What the run says of its columns itself; an outside format, so that it is checked. */
function columnsOf(state: FleetState, runId: string | undefined): readonly string[] {
  const told = runId === undefined ? undefined : state.runs.get(runId)?.facts?.['columns'];
  return Array.isArray(told) ? told.filter((name): name is string => typeof name === 'string') : [];
}

function columnOf(key: string, name: string, members: readonly TaskState[]): BoardColumn {
  const byAgent = new Map<string | undefined, TaskKey[]>();
  for (const { agentId, key: task } of members) {
    const lane = byAgent.get(agentId);
    if (lane) lane.push(task);
    else byAgent.set(agentId, [task]);
  }
  const lanes = [...byAgent].map(([agentId, list]) => {
    const laneKey = `${key} ${agentId === undefined ? '' : `@${agentId}`}`;
    const tasks = keepTasks(laneKey, list);
    return keepLane(laneKey, agentId === undefined ? { tasks } : { agentId, tasks });
  });
  const tasks = keepTasks(
    key,
    members.map((task) => task.key),
  );
  return keepColumn(key, { name, tasks, lanes: keepLanes(key, lanes) });
}
