import { FleetglassError } from '@fleetglass/core';
import { mediaTypeOf } from '../lib/media-type.js';
import { readBytes } from '../lib/read-bytes.js';

/**
 * The JSON of a request's body; `undefined` without one.
 *
 * @throws FleetglassError `BODY_TOO_LARGE`, `NOT_JSON` when it is declared as something else, `BAD_INPUT`
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  if (mediaTypeOf(request.headers) !== 'application/json') {
    throw new FleetglassError('NOT_JSON', 'Send the body as `content-type: application/json`.');
  }
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new FleetglassError('BAD_INPUT', 'The body is not JSON: send one JSON value.', {
      details: { path: 'body' },
    });
  }
}
