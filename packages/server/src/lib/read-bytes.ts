import { FleetglassError } from '@fleetglass/core';

export const bodyTooLarge = (maxBytes: number): FleetglassError =>
  new FleetglassError('BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes: send less at once.`, {
    details: { maxBytes },
  });

/**
 * The body of a request, read no further than `maxBytes`, whatever the request says of its length.
 *
 * @throws FleetglassError `tooLarge` when there is more
 */
export async function readBytes(
  request: Request,
  maxBytes: number,
  tooLarge: (maxBytes: number) => FleetglassError = bodyTooLarge,
): Promise<Buffer> {
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
