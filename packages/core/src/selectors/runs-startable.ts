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

/** A name, how many of its runs there are, and what the newest of them may be started with. */
interface Seen {
  readonly schema: JsonObject | undefined;
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
      // Which one is the newest of its name then, is known only from all runs.
      if (before && (after || !remove(seen, before))) return undefined;
      if (after) add(seen, after);
    }
    return seen;
  },
);

function add(seen: Map<string, Seen>, run: RunState): void {
  const graph = graphOf(run);
  if (graph) seen.set(run.name, { schema: graph.inputSchema, runs: (seen.get(run.name)?.runs ?? 0) + 1 });
}

/** @returns whether the schema of its name stays known */
function remove(seen: Map<string, Seen>, run: RunState): boolean {
  const graph = graphOf(run);
  const known = seen.get(run.name);
  if (!graph || !known) return true;
  if (known.runs === 1) seen.delete(run.name);
  else seen.set(run.name, { ...known, runs: known.runs - 1 });
  return known.runs === 1 || (known.schema !== undefined && known.schema !== graph.inputSchema);
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
