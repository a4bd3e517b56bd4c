import type { Json } from '@fleetglass/core/protocol';

/** Id of the run that a command started, from what it was answered with. */
export function startedRunId(result: Json | undefined): string | undefined {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return undefined;
  const { runId } = result as { readonly runId?: Json };
  return typeof runId === 'string' ? runId : undefined;
}
