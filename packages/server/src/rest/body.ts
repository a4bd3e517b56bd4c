import { FleetglassError } from '@fleetglass/core';

const tooLarge = (maxBytes: number): FleetglassError =>
  new FleetglassError('BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`, {
    details: { maxBytes },
  });

/** @throws FleetglassError `BODY_TOO_LARGE` */
export async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The JSON of a request's body; `undefined` without one.
 *
 * @throws FleetglassError `BODY_TOO_LARGE`, `NOT_JSON` when it is declared as something else, `BAD_INPUT`
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new FleetglassError('NOT_JSON', 'Send the body as `content-type: application/json`.');
  }
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new FleetglassError('BAD_INPUT', 'The body is not JSON.', { details: { path: 'body' } });
  }
}
