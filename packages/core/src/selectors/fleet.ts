import type { WorkStatus } from '../model/status.js';
import { isFinal } from '../model/status.js';
import { addUsage, ZERO_USAGE } from '../model/usage.js';
import type { UsageTotals } from '../model/usage.js';
import type { FleetState, RunState } from '../projection/state.js';
import { changesBetween } from '../projection/table.js';
import { followTable } from './follow-table.js';
import { createKeep } from './keep.js';
import { rowsOf, selectRunCounts } from './runs.js';

/** How much of what there is. */
export interface FleetCounts {
  /** By status; a status that no run has is absent. */
  readonly runs: { readonly [S in WorkStatus]?: number };
  readonly allRuns: number;
  readonly openRuns: number;
  /** Agents of runs that are not over. */
  readonly agents: number;
  readonly activeAgents: number;
}

/** Agents of a run that goes on. Each event of an agent changes its run too, so that they belong to one version of it. */
interface Crew {
  readonly runs: number;
  readonly agents: number;
  readonly active: number;
}

const NOBODY: Crew = { runs: 0, agents: 0, active: 0 };
const crews = new WeakMap<RunState, Crew>();

function crewOf(run: RunState, { agents }: FleetState): Crew {
  if (isFinal(run.status)) return NOBODY;
  let crew = crews.get(run);
  if (!crew) {
    let [all, active] = [0, 0];
    for (const { status } of rowsOf(run.agents, agents)) {
      all += 1;
      if (status === 'active') active += 1;
    }
    crews.set(run, (crew = { runs: 1, agents: all, active }));
  }
  return crew;
}

let counted: { readonly runs: FleetState['runs']; readonly crew: Crew } | undefined;

function sumCrews(state: FleetState): Crew {
  const { runs } = state;
  if (counted?.runs === runs) return counted.crew;
  const changes = counted && changesBetween(counted.runs, runs);
  // Of a run that was never looked at, what its agents did then is not known any more.
  const follows = changes?.every(({ before }) => !before || isFinal(before.status) || crews.has(before));
  const sum = { ...((follows && counted?.crew) || NOBODY) };
  const add = (run: RunState, by: 1 | -1): void => {
    const crew = crewOf(run, state);
    sum.runs += by * crew.runs;
    sum.agents += by * crew.agents;
    sum.active += by * crew.active;
  };
  if (follows) {
    for (const { before, after } of changes ?? []) {
      if (before) add(before, -1);
      if (after) add(after, 1);
    }
  } else for (const run of runs.values()) add(run, 1);
  counted = { runs, crew: sum };
  return sum;
}

const keepCounts = createKeep<FleetCounts>();

/** Runs by status, and the agents that work in them. The same object while no count changes. */
export function selectFleetCounts(state: FleetState): FleetCounts {
  const { runs: openRuns, agents, active: activeAgents } = sumCrews(state);
  const runs = selectRunCounts(state);
  return keepCounts('', { runs, allRuns: state.runs.size, openRuns, agents, activeAgents });
}

const keepUsage = createKeep<UsageTotals>();

const sumUsage = followTable<RunState, UsageTotals>(
  (runs) => {
    let sum = ZERO_USAGE;
    for (const { totals } of runs.values()) sum = addUsage(sum, totals.usage);
    return sum;
  },
  (last, changes) => {
    let sum = last;
    for (const { before, after } of changes) {
      if (before) sum = addUsage(sum, before.totals.usage, -1);
      if (after) sum = addUsage(sum, after.totals.usage);
    }
    return sum;
  },
);

/** Tokens of all runs that the state holds. The same object while none is added. */
export const selectFleetUsage = (state: FleetState): UsageTotals => keepUsage('', sumUsage(state.runs));
