import type { JsonObject } from '../lib/json.js';
import type { FleetState } from '../projection/state.js';
import { createKeep } from './keep.js';

/** Something that can be started by name. */
export interface Startable {
  readonly name: string;
  /** What it may be started with, as JSON Schema. */
  readonly inputSchema?: JsonObject;
}

const keep = createKeep<readonly Startable[]>();

/**
 * Graphs that ran here, by name, each with what its newest run said that it may be started with. Whether the host lets
 * them be started is known only when it answers. The same array while no name and no schema changes.
 */
export function selectStartables(state: FleetState): readonly Startable[] {
  const known = new Map<string, JsonObject | undefined>();
  // The newest run of a name is met last.
  for (const { name, graph, source } of state.runs.values())
    if (graph && source === undefined) known.set(name, graph.inputSchema);
  const made = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(entryOf);
  return keep('', made);
}

/** One object for a schema and name, so that arrays of them can be compared. */
const entries = new WeakMap<JsonObject, Map<string, Startable>>();
const NO_SCHEMA: JsonObject = {};

function entryOf([name, inputSchema]: readonly [string, JsonObject | undefined]): Startable {
  const owner = inputSchema ?? NO_SCHEMA;
  let named = entries.get(owner);
  if (!named) entries.set(owner, (named = new Map<string, Startable>()));
  let entry = named.get(name);
  if (!entry) named.set(name, (entry = inputSchema === undefined ? { name } : { name, inputSchema }));
  return entry;
}
