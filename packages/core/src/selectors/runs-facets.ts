import type { FleetState, RunState } from '../projection/state.js';
import { followTable } from './follow-table.js';
import { createKeep } from './keep.js';

/** What runs can be told apart by. */
export interface RunFacets {
  /** Labels as `name=value`, in order of their names; at most 200. */
  readonly labels: readonly string[];
  /** Formats that recordings were converted from; `''` where there are runs of our own. */
  readonly sources: readonly string[];
}

const MOST_LABELS = 200;

/** How many runs have each label and each source, those that were seen first before others. */
interface Tally {
  readonly labels: Map<string, number>;
  readonly sources: Map<string, number>;
}

function count({ labels, sources }: Tally, run: RunState, by: 1 | -1): void {
  const add = (names: Map<string, number>, name: string): void => {
    const sum = (names.get(name) ?? 0) + by;
    if (sum > 0) names.set(name, sum);
    else names.delete(name);
  };
  add(sources, run.source ?? '');
  for (const name of Object.keys(run.labels)) add(labels, `${name}=${run.labels[name] ?? ''}`);
}

const tallyRuns = followTable<RunState, { readonly tally: Tally }>(
  (runs) => {
    const tally: Tally = { labels: new Map<string, number>(), sources: new Map<string, number>() };
    for (const run of runs.values()) count(tally, run, 1);
    return { tally };
  },
  (last, changes) => {
    const others = changes.filter(
      ({ before, after }) => before?.labels !== after?.labels || before?.source !== after?.source,
    );
    if (others.length === 0) return last;
    const { tally } = last;
    // Which of too many labels come first is known only from all runs, unless each of these is a new one.
    const isUncertain = (): boolean =>
      tally.labels.size > MOST_LABELS && others.some(({ before }) => before !== undefined);
    if (isUncertain()) return undefined;
    for (const { before, after } of others) {
      if (after) count(tally, after, 1);
      if (before) count(tally, before, -1);
    }
    return isUncertain() ? undefined : { tally };
  },
);

const keep = createKeep<readonly string[]>();
const keepFacets = createKeep<RunFacets>();
const described = new WeakMap<object, RunFacets>();

/** Labels and sources that runs have. The same object while none appears or goes. */
export function selectRunFacets(state: FleetState): RunFacets {
  const counted = tallyRuns(state.runs);
  let facets = described.get(counted);
  if (!facets) described.set(counted, (facets = describe(counted.tally)));
  return facets;
}

function describe({ labels, sources }: Tally): RunFacets {
  const first: string[] = [];
  for (const label of labels.keys()) if (first.push(label) >= MOST_LABELS) break;
  return keepFacets('', {
    labels: keep('labels', first.sort()),
    sources: keep('sources', [...sources.keys()].sort()),
  });
}
