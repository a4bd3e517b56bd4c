import type { List } from '../projection/list.js';
import type { FleetState, TaskState } from '../projection/state.js';
import type { TaskKey } from '../projection/keys.js';
import type { Table } from '../projection/table.js';
import { isSame } from './keep.js';
import { rowsOf } from './runs.js';

/** A place in the tree of a run's tasks: a task, or a fan-out that stands for all of its branches. */
export interface TaskNode {
  /** Unique within the run; see {@link taskNodeKey}. */
  readonly key: string;
  /** The task; of a fan-out its first branch. */
  readonly id: string;
  /** Set for a fan-out: how many branches were announced, or are there, whichever is more. */
  readonly branches?: number;
  /** 0 at the top. */
  readonly depth: number;
  readonly parentKey?: string;
  /** Nodes directly below it. */
  readonly children: number;
  /** Nodes below it at any depth; they follow it in the tree. */
  readonly below: number;
}

/** What is known of a run's tasks at one moment. */
export interface TaskIndex {
  /** In the order of their creation. */
  readonly tasks: readonly TaskState[];
  /** In reading order. */
  readonly nodes: readonly TaskNode[];
  /** Place of a node's task in `tasks`, -1 for a fan-out. */
  readonly taskAt: Int32Array;
  /** Place of a node's parent in `nodes`, -1 at the top. */
  readonly parentAt: Int32Array;
  /** Place in `nodes` by key. */
  readonly places: ReadonlyMap<string, number>;
}

interface Cached extends TaskIndex {
  table: Table<TaskState>;
  list: List<TaskKey> | undefined;
}

/** Runs whose index is remembered. */
const MAX_CACHED = 12;
const cache = new Map<string, Cached>();

/** Key of a task's place in the tree. */
export const taskNodeKey = (taskId: string): string => `task/${taskId}`;

/**
 * The index of a run's tasks. The same object while none of them changes, and the same `nodes` while their shape is the
 * same, so that an event of a task costs one comparison of each and no building.
 */
export function taskIndexOf(state: FleetState, runId: string): TaskIndex {
  const list = state.runs.get(runId)?.tasks;
  const last = cache.get(runId);
  if (last && last.table === state.tasks && last.list === list) return last;
  const tasks = [...rowsOf(list, state.tasks)];
  if (last && tasks.length === last.tasks.length && tasks.every((task, at) => task === last.tasks[at])) {
    last.table = state.tasks;
    last.list = list;
    return last;
  }
  const shape = last && isSameShape(last.tasks, tasks) ? last : buildTree(tasks, last);
  const { nodes, taskAt, parentAt, places } = shape;
  const next: Cached = { tasks, nodes, taskAt, parentAt, places, table: state.tasks, list };
  cache.delete(runId);
  cache.set(runId, next);
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value as string);
  return next;
}

function isSameShape(before: readonly TaskState[], after: readonly TaskState[]): boolean {
  if (before.length !== after.length) return false;
  return after.every((task, at) => {
    const last = before[at];
    if (last === task) return true;
    return (
      last?.id === task.id &&
      last.parentTaskId === task.parentTaskId &&
      last.node === task.node &&
      last.branch?.index === task.branch?.index &&
      last.branch?.of === task.branch?.of
    );
  });
}

/** What stands below one parent: a task, or the branches of a fan-out, by their places in `tasks`. */
type Item = number | { readonly of: number; readonly members: number[] };

type Shape = Pick<TaskIndex, 'nodes' | 'taskAt' | 'parentAt' | 'places'>;

/**
 * Each task after its parent, siblings in the order of their creation. A task whose parent is not there, or that would
 * be its own ancestor, stands at the top.
 */
function buildTree(tasks: readonly TaskState[], last: Shape | undefined): Shape {
  const at = new Map(tasks.map(({ id }, place) => [id, place]));
  const below = new Map<number, number[]>();
  tasks.forEach(({ parentTaskId }, place) => {
    const parent = (parentTaskId === undefined ? undefined : at.get(parentTaskId)) ?? -1;
    const siblings = below.get(parent);
    if (siblings) siblings.push(place);
    else below.set(parent, [place]);
  });

  const nodes: { -readonly [K in keyof TaskNode]: TaskNode[K] }[] = [];
  const [taskAt, parentAt]: [number[], number[]] = [[], []];
  const placed = new Set<number>();
  /** Without recursion: a chain of tasks may be deeper than the stack. */
  const place = (roots: readonly number[]): void => {
    const open: { readonly item: Item; readonly parent: number }[] = [];
    const push = (siblings: readonly number[], parent: number): number => {
      const free = siblings.filter((task) => !placed.has(task));
      for (const task of free) placed.add(task);
      const items = groupBranches(free, tasks);
      for (let i = items.length - 1; i >= 0; i -= 1) open.push({ item: items[i] as Item, parent });
      return items.length;
    };
    push(roots, -1);
    for (let next = open.pop(); next; next = open.pop()) {
      const { item, parent } = next;
      const above = nodes[parent];
      const depth = above ? above.depth + 1 : 0;
      const self = nodes.length;
      parentAt.push(parent);
      if (typeof item === 'number') {
        const { id } = tasks[item] as TaskState;
        taskAt.push(item);
        nodes.push({ key: taskNodeKey(id), id, depth, children: 0, below: 0 });
      } else {
        const { id } = tasks[item.members[0] as number] as TaskState;
        const branches = Math.max(item.of, item.members.length);
        taskAt.push(-1);
        nodes.push({ key: `fanOut/${id}`, id, branches, depth, children: item.members.length, below: 0 });
      }
      const node = nodes[self] as (typeof nodes)[number];
      if (above) node.parentKey = above.key;
      if (typeof item === 'number') node.children = push(below.get(item) ?? [], self);
      else
        for (let i = item.members.length - 1; i >= 0; i -= 1)
          open.push({ item: item.members[i] as number, parent: self });
    }
  };
  place(below.get(-1) ?? []);
  // What is left hangs together in circles; each is opened at its oldest task.
  tasks.forEach((_, task) => {
    if (!placed.has(task)) place([task]);
  });

  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    const above = nodes[parentAt[i] as number];
    if (above) above.below += (nodes[i] as TaskNode).below + 1;
  }
  const kept = nodes.map((node): TaskNode => {
    const known = last?.nodes[last.places.get(node.key) ?? -1];
    return known && isSame<TaskNode>(known, node) ? known : node;
  });
  return {
    nodes: kept,
    taskAt: Int32Array.from(taskAt),
    parentAt: Int32Array.from(parentAt),
    places: new Map(kept.map(({ key }, i) => [key, i])),
  };
}

/** Siblings, with the branches of each fan-out put together; a branch that comes again begins another fan-out. */
function groupBranches(siblings: readonly number[], tasks: readonly TaskState[]): readonly Item[] {
  const items: Item[] = [];
  const open = new Map<string, { readonly members: number[]; readonly seen: Set<number> }>();
  for (const place of siblings) {
    const { branch, node = '' } = tasks[place] as TaskState;
    if (!branch || branch.of < 2) {
      items.push(place);
      continue;
    }
    const name = `${branch.of} ${node}`;
    const group = open.get(name);
    if (group && !group.seen.has(branch.index)) {
      group.members.push(place);
      group.seen.add(branch.index);
    } else {
      const members = [place];
      open.set(name, { members, seen: new Set([branch.index]) });
      items.push({ of: branch.of, members });
    }
  }
  return items;
}
