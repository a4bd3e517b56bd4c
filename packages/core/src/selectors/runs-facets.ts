import type { FleetState } from '../projection/state.js';
import { changesBetween } from '../projection/table.js';
import { createKeep } from './keep.js';

/** What runs can be told apart by. */
export interface RunFacets {
  /** Labels as `name=value`, in order of their names; at most 200. */
  readonly labels: readonly string[];
  /** Formats that recordings were converted from; `''` where there are runs of our own. */
  readonly sources: readonly string[];
}

const MOST_LABELS = 200;
const keep = createKeep<readonly string[]>();
const keepFacets = createKeep<RunFacets>();

let last: { readonly runs: FleetState['runs']; readonly facets: RunFacets } | undefined;

/** Labels and sources that runs have. The same object while none appears or goes. */
export function selectRunFacets(state: FleetState): RunFacets {
  const { runs } = state;
  const changes = last && (last.runs === runs ? [] : changesBetween(last.runs, runs));
  const isSame = changes?.every(
    ({ before, after }) => before?.labels === after?.labels && before?.source === after?.source,
  );
  const facets = last && isSame ? last.facets : facetsOf(state);
  last = { runs, facets };
  return facets;
}

function facetsOf(state: FleetState): RunFacets {
  const labels = new Set<string>();
  const sources = new Set<string>();
  for (const run of state.runs.values()) {
    sources.add(run.source ?? '');
    if (labels.size >= MOST_LABELS) continue;
    for (const name of Object.keys(run.labels)) labels.add(`${name}=${run.labels[name] ?? ''}`);
  }
  return keepFacets('', {
    labels: keep('labels', [...labels].sort().slice(0, MOST_LABELS)),
    sources: keep('sources', [...sources].sort()),
  });
}
