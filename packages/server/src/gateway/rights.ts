import { FleetglassError } from '@fleetglass/core';
import type { EventLog } from '@fleetglass/core';
import type { Command, Filter } from '@fleetglass/core/protocol';
import * as z from 'zod';
import type { Identity } from './access.js';

const id = z.string().min(1).max(256).optional();
const scopeSchema = z.strictObject({
  runId: id,
  threadId: id,
  agentId: id,
  taskId: id,
  types: z.array(z.string().min(1).max(128)).min(1).max(100).optional(),
});

/**
 * The scope of a token. Stricter than a filter: a misspelt field of a filter selects too much, which here would open
 * the whole fleet.
 *
 * @throws FleetglassError `BAD_INPUT`
 */
export function parseScope(value: unknown): Filter {
  const result = scopeSchema.safeParse(value);
  if (result.success && Object.keys(result.data).length > 0) return result.data as Filter;
  throw new FleetglassError(
    'BAD_INPUT',
    'A scope names at least one of runId, threadId, agentId, taskId and types, and nothing else: correct it.',
  );
}

/** Whether an identity may do what its role is for: `command` steers runs, `manage` changes what the gateway keeps. */
export function mayDo(action: 'command' | 'manage', identity: Identity): boolean {
  const { role = 'admin', canCommand = true, scope } = identity;
  // Whoever sees a part only cannot know what managing the whole would take from others.
  if (action === 'manage') return role === 'admin' && canCommand && scope === undefined;
  return role !== 'viewer' && canCommand;
}

/** @throws FleetglassError `FORBIDDEN` when the role does not allow it */
export function requireRight(action: 'command' | 'manage', identity: Identity): void {
  if (mayDo(action, identity)) return;
  throw new FleetglassError(
    'FORBIDDEN',
    action === 'manage'
      ? 'Your token may not manage this gateway; use one with the role admin and no scope.'
      : 'Your token may only look; use one with the role developer or admin.',
  );
}

/** Whether there is any run that an identity may steer, so that a screen offers it to. */
export function maySteer(identity: Identity): boolean {
  const { scope = {} } = identity;
  const isNarrow = Object.keys(scope).length > 0;
  const reachesRuns = scope.runId !== undefined || scope.threadId !== undefined;
  const seesPart = scope.agentId !== undefined || scope.taskId !== undefined;
  return mayDo('command', identity) && (!isNarrow || (reachesRuns && !seesPart));
}

const outside = (): FleetglassError =>
  new FleetglassError(
    'FORBIDDEN',
    'Your token does not reach what this command is for; use one with a wider scope.',
  );

/**
 * Whether what an identity may see of a run is the whole run, so that it may steer it. A token for one agent or task, or
 * for some types, sees a part, and what it did would happen to others.
 */
async function reachesRun(scope: Filter, runId: string, log: EventLog): Promise<boolean> {
  const { agentId, taskId, threadId } = scope;
  if (agentId !== undefined || taskId !== undefined) return false;
  if (scope.runId !== undefined && scope.runId !== runId) return false;
  if (threadId === undefined) return scope.runId !== undefined;
  const { state } = await log.stateAt(log.head(), { runId });
  return state.runs.get(runId)?.threadId === threadId;
}

/** @throws FleetglassError `FORBIDDEN` when the viewer may not give this command */
export async function authoriseCommand(command: Command, identity: Identity, log: EventLog): Promise<void> {
  requireRight('command', identity);
  const { scope } = identity;
  if (!scope) return;
  const runId = 'runId' in command ? command.runId : undefined;
  if (runId === undefined || !(await reachesRun(scope, runId, log))) throw outside();
}
