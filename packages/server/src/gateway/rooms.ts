import { FleetglassError } from '@fleetglass/core';
import type { Filter } from '@fleetglass/core/protocol';

/**
 * Rooms are names for filters, as earlier dashboards had them. `sessions` are runs: what happens to each as a whole.
 * `session:a` is everything of run a.
 */
const LISTS: Readonly<Record<string, Filter>> = {
  fleet: {},
  sessions: { types: ['run', 'checkpoint', 'approval', 'task.created'] },
  agents: { types: ['agent', 'context', 'task.assigned', 'task.completed', 'task.failed'] },
  system: { types: ['system', 'alert'] },
  costs: { types: ['span.ended', 'usage', 'budget'] },
};
const ENTITIES: Readonly<Record<string, (id: string) => Filter>> = {
  session: (runId) => ({ runId }),
  agent: (agentId) => ({ agentId }),
  task: (taskId) => ({ taskId }),
};
/** Folders of the paths whose last part names an entity. */
const FOLDERS: Readonly<Record<string, string>> = { sessions: 'session', agents: 'agent', tasks: 'task' };

const MAX_ID_LENGTH = 256;
const ROOMS_PATH = '/ws';

/** @throws FleetglassError `BAD_INPUT` for a name of no room */
export function roomFilter(room: string): Filter {
  if (Object.hasOwn(LISTS, room)) return LISTS[room] ?? {};
  const colon = room.indexOf(':');
  const kind = room.slice(0, Math.max(0, colon));
  const id = room.slice(colon + 1);
  const filter = Object.hasOwn(ENTITIES, kind) ? ENTITIES[kind] : undefined;
  if (filter && id !== '' && id.length <= MAX_ID_LENGTH) return filter(id);
  throw new FleetglassError(
    'BAD_INPUT',
    'There is no such room: join fleet, sessions, agents, system, costs, session:ID, agent:ID or task:ID.',
  );
}

/** Room of a path such as `/ws/agents/a`; `undefined` for any other path. */
export function roomOfPath(path: string): string | undefined {
  if (path === ROOMS_PATH) return 'fleet';
  const [folder = '', id, ...rest] = path.startsWith(`${ROOMS_PATH}/`)
    ? path.slice(ROOMS_PATH.length + 1).split('/')
    : [];
  if (id === undefined) return Object.hasOwn(LISTS, folder) ? folder : undefined;
  const kind = Object.hasOwn(FOLDERS, folder) ? FOLDERS[folder] : undefined;
  if (kind === undefined || rest.length > 0) return undefined;
  try {
    const room = `${kind}:${decodeURIComponent(id)}`;
    roomFilter(room);
    return room;
  } catch {
    return undefined;
  }
}
