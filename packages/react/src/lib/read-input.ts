import type { Json, Payload } from '@fleetglass/core/protocol';

/**
 * The input of a run, which is fetched when it is large.
 *
 * @throws Error when it is not there any more, or no JSON
 */
export async function readInput(
  payload: Payload,
  fetchBlob: (ref: string) => Promise<{ readonly bytes: Uint8Array } | undefined>,
): Promise<Json> {
  if (payload.kind === 'inline') return payload.value;
  const blob = await fetchBlob(payload.ref);
  if (!blob) throw new Error('The input is gone.');
  return JSON.parse(new TextDecoder().decode(blob.bytes)) as Json;
}
