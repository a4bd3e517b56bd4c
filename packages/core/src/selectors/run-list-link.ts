import { WORK_STATUSES } from '../model/status.js';
import type { Priority } from '../protocol/events/task.js';
import type { RunColumn, RunFilters, RunQuery } from './search-runs.js';

/** How a list of runs is narrowed, beside the words, and ordered. */
export type RunListView = Pick<RunQuery, 'filters' | 'sort'>;

const PRIORITIES = ['critical', 'high', 'normal', 'low'] satisfies Priority[];
const COLUMNS = [
  'name',
  'status',
  'priority',
  'agents',
  'tasks',
  'tokens',
  'cost',
  'duration',
  'started',
  'lastEvent',
] satisfies RunColumn[];
const DIRECTIONS = ['ascending', 'descending'] as const;
const TIMES = ['within', 'from', 'to'] as const;
/** The last moment that a date can hold, in milliseconds. */
const LAST = 8.64e15;
const MOST_VALUES = 20;
const LONGEST = 256;

const membersOf = (value: unknown): { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Values of a list that are allowed, each once, no more than a link may hold. */
function listOf(value: unknown, isAllowed: (text: string) => boolean): readonly string[] {
  if (!Array.isArray(value)) return [];
  const texts = value.filter((each): each is string => typeof each === 'string' && isAllowed(each));
  return [...new Set(texts)].slice(0, MOST_VALUES);
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST;

/** What makes sense of a list's filters and order that come from outside; odd parts are left out. */
export function readRunList({
  filters,
  sort,
}: {
  readonly filters?: unknown;
  readonly sort?: unknown;
}): RunListView {
  const { status, priority, labels, source, ...times } = membersOf(filters);
  const lists = {
    status: listOf(status, (text) => WORK_STATUSES.some((known) => known === text)),
    priority: listOf(priority, (text) => PRIORITIES.some((known) => known === text)),
    labels: listOf(labels, ({ length }) => length > 0 && length <= LONGEST),
    source: listOf(source, ({ length }) => length <= LONGEST),
  };
  const read = Object.fromEntries([
    ...Object.entries(lists).filter(([, values]) => values.length > 0),
    ...TIMES.flatMap((name) => (isTime(times[name]) ? [[name, times[name]]] : [])),
  ]) as RunFilters;
  const { column, direction } = membersOf(sort);
  const order = {
    column: COLUMNS.find((name) => name === column),
    direction: DIRECTIONS.find((name) => name === direction),
  };
  return {
    ...(Object.keys(read).length === 0 ? {} : { filters: read }),
    ...(order.column && order.direction
      ? { sort: { column: order.column, direction: order.direction } }
      : {}),
  };
}

/**
 * Reads them out of the parts of an address; odd parts are left out.
 *
 * @param parts for example `URLSearchParams`
 */
export function runListFromParts(parts: {
  readonly getAll: (name: string) => readonly string[];
}): RunListView {
  const [column, direction] = (parts.getAll('sort')[0] ?? '').split(':');
  const times = TIMES.flatMap((name) => {
    const [time] = parts.getAll(name);
    return time ? [[name, Number(time)]] : [];
  });
  return readRunList({
    filters: {
      status: parts.getAll('status'),
      priority: parts.getAll('priority'),
      labels: parts.getAll('label'),
      source: parts.getAll('source'),
      ...(Object.fromEntries(times) as object),
    },
    sort: { column, direction },
  });
}

/** The other way round: names and values of an address, in a fixed order. */
export function partsOfRunList({ filters = {}, sort }: RunListView): readonly (readonly [string, string])[] {
  const { status = [], priority = [], labels = [], source = [] } = filters;
  return [
    ...status.map((value) => ['status', value] as const),
    ...priority.map((value) => ['priority', value] as const),
    ...labels.map((value) => ['label', value] as const),
    ...source.map((value) => ['source', value] as const),
    ...TIMES.flatMap((name) => (filters[name] === undefined ? [] : [[name, String(filters[name])] as const])),
    ...(sort ? [['sort', `${sort.column}:${sort.direction}`] as const] : []),
  ];
}
