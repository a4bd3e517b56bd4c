import { createBoundedMap } from '../lib/bounded-map.js';
import type { SessionLine } from './line.js';

/** Lines whose successor is still recognised. */
const MAX_REMEMBERED = 20_000;

/** Older files hold their sub-agents' lines themselves, marked as a side chain and without the agent's id. */
export interface Sidechains {
  /** The agent whose line this is: its own id, or that of the chain it continues; a first line starts a chain. */
  agentOf(line: SessionLine): string;
}

export function createSidechains(): Sidechains {
  const byUuid = createBoundedMap<string, string>(MAX_REMEMBERED);
  let chains = 0;

  return {
    agentOf(line) {
      const parent = line.parentUuid === undefined ? undefined : byUuid.get(line.parentUuid);
      let agentId = parent;
      if (agentId === undefined) {
        chains += 1;
        agentId = `sidechain-${String(chains)}`;
      }
      if (line.uuid !== undefined) byUuid.set(line.uuid, agentId);
      return agentId;
    },
  };
}
