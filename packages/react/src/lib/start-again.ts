import type { Command, CommandResult, Json, Payload } from '@fleetglass/core/protocol';
import { startedRunId } from './started-run.js';

/** A run as far as it is needed to start it again. */
export interface StartOrigin {
  readonly name: string;
  readonly input?: Payload | undefined;
}

/**
 * Starts a run's name with its input, which is fetched first when it is large: without it, it would be another run.
 *
 * @returns id of the new run; `undefined` where it was refused
 * @throws Error when the input is not there any more, or no JSON
 */
export async function startAgain(
  { name, input }: StartOrigin,
  fetchBlob: (ref: string) => Promise<{ readonly bytes: Uint8Array } | undefined>,
  send: (command: Command) => Promise<CommandResult>,
): Promise<string | undefined> {
  const value = input && (await readInput(input, fetchBlob));
  const result = await send({ type: 'start', name, ...(value === undefined ? {} : { input: value }) });
  return result.ok ? startedRunId(result.result) : undefined;
}

async function readInput(
  payload: Payload,
  fetchBlob: (ref: string) => Promise<{ readonly bytes: Uint8Array } | undefined>,
): Promise<Json> {
  if (payload.kind === 'inline') return payload.value;
  const blob = await fetchBlob(payload.ref);
  if (!blob) throw new Error('The input is gone.');
  return JSON.parse(new TextDecoder().decode(blob.bytes)) as Json;
}
