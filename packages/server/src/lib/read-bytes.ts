import { FleetglassError } from '@fleetglass/core';

export const bodyTooLarge = (maxBytes: number): FleetglassError =>
  new FleetglassError('BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes: send less at once.`, {
    details: { maxBytes },
  });

/**
 * The body of a request, read no further than `maxBytes`.
 *
 * @throws FleetglassError `tooLarge` when there is more
 */
export async function readBytes(
  request: Request,
  maxBytes: number,
  tooLarge: (maxBytes: number) => FleetglassError = bodyTooLarge,
): Promise<Buffer> {
  const { headers } = request;
  const declared = headers.get('content-length');
  if (Number(declared ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes =
    declared !== null && !headers.has('transfer-encoding')
      ? // HTTP delivers no more than was declared, and as a whole it needs no stream, which costs more than all else here.
        Buffer.from(await request.arrayBuffer())
      : await readChunks(request, maxBytes, tooLarge);
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

async function readChunks(
  request: Request,
  maxBytes: number,
  tooLarge: (maxBytes: number) => FleetglassError,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
