import type { JsonObject } from '../lib/json.js';
import type { FleetState, RunState } from '../projection/state.js';
import { followTable } from './follow-table.js';
import { createKeep } from './keep.js';

/** Something that can be started by name. */
export interface Startable {
  readonly name: string;
  /** What it may be started with, as JSON Schema. */
  readonly inputSchema?: JsonObject;
}

/** Of a name: how many of its runs there are, and what the newest of them may be started with. */
interface Seen {
  readonly schema: JsonObject | undefined;
  /** When the newest was created; of several at once the last counts. */
  readonly newest: number;
  readonly runs: number;
}

/** What a run adds; a recording and a run of no graph add nothing. */
const graphOf = (run: RunState | undefined): RunState['graph'] =>
  run?.source === undefined ? run?.graph : undefined;

const namesOf = followTable<RunState, ReadonlyMap<string, Seen>>(
  (runs) => {
    const seen = new Map<string, Seen>();
    for (const run of runs.values()) add(seen, run);
    return seen;
  },
  (last, changes) => {
    const others = changes.filter(
      ({ before, after }) => graphOf(before) !== graphOf(after) || before?.name !== after?.name,
    );
    if (others.length === 0) return last;
    const seen = new Map(last);
    for (const { before, after } of others) {
      if (before && !remove(seen, before)) return undefined;
      if (after && !add(seen, after)) return undefined;
    }
    return seen;
  },
);

/** @returns whether it is known without the others which of its name is the newest */
function add(seen: Map<string, Seen>, run: RunState): boolean {
  const graph = graphOf(run);
  if (!graph) return true;
  const { name, createdAt } = run;
  const { runs, newest, schema } = seen.get(name) ?? { runs: 0, newest: -Infinity, schema: undefined };
  seen.set(
    name,
    createdAt >= newest
      ? { schema: graph.inputSchema, newest: createdAt, runs: runs + 1 }
      : { schema, newest, runs: runs + 1 },
  );
  return createdAt !== newest;
}

/** @returns as of {@link add} */
function remove(seen: Map<string, Seen>, run: RunState): boolean {
  const known = seen.get(run.name);
  if (!graphOf(run) || !known) return true;
  if (known.runs === 1) seen.delete(run.name);
  else seen.set(run.name, { ...known, runs: known.runs - 1 });
  return known.runs === 1 || run.createdAt < known.newest;
}

const keep = createKeep<readonly Startable[]>();

/**
 * Graphs that ran here, by name, each with what its newest run said that it may be started with. Whether the host lets
 * them be started is known only when it answers. The same array while no name and no schema changes.
 */
export function selectStartables(state: FleetState): readonly Startable[] {
  const made = [...namesOf(state.runs)].sort(([a], [b]) => (a < b ? -1 : 1));
  return keep(
    '',
    made.map(([name, { schema }]) => entryOf(name, schema)),
  );
}

/** One object for a schema and name, so that arrays of them can be compared. */
const entries = new WeakMap<JsonObject, Map<string, Startable>>();
const NO_SCHEMA: JsonObject = {};

function entryOf(name: string, inputSchema: JsonObject | undefined): Startable {
  const owner = inputSchema ?? NO_SCHEMA;
  let named = entries.get(owner);
  if (!named) entries.set(owner, (named = new Map<string, Startable>()));
  let entry = named.get(name);
  if (!entry) named.set(name, (entry = inputSchema === undefined ? { name } : { name, inputSchema }));
  return entry;
}
