import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { FleetglassError } from '@fleetglass/core';
import { bodyTooLarge } from './read-bytes.js';

const unzip = promisify(gunzip);
/** What gzip begins with. */
const MAGIC = Buffer.from([0x1f, 0x8b]);
/** What gzip ends with: a checksum, and the length of what was packed, of 4 bytes each. */
const TRAILER = { bytes: 8, lengthAt: 4 };

/**
 * Whether a body is packed with gzip, by its headers.
 *
 * @throws FleetglassError `UNSUPPORTED_ENCODING` when it is packed in any other way
 */
export function isPacked(headers: Headers): boolean {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new FleetglassError(
    'UNSUPPORTED_ENCODING',
    'Send the body as it is or with `content-encoding: gzip`; no other packing is undone here.',
  );
}

/**
 * How many bytes a body has when it is unpacked, as it says itself; {@link unpack} makes it keep its word.
 *
 * @throws FleetglassError `BODY_TOO_LARGE` when there are more than `maxBytes`
 */
export function unpackedBytes(packed: Buffer, maxBytes: number): number {
  if (packed.length < TRAILER.bytes || !packed.subarray(0, MAGIC.length).equals(MAGIC)) return 0;
  const bytes = packed.readUInt32LE(packed.length - TRAILER.bytes + TRAILER.lengthAt);
  if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
  return bytes;
}

/**
 * Unpacks a body, never to more than `bytes`.
 *
 * @throws FleetglassError `BAD_INPUT` when it is not gzip, or holds more
 */
export async function unpack(packed: Buffer, bytes: number): Promise<Buffer> {
  try {
    return await unzip(packed, { maxOutputLength: Math.max(bytes, 1) });
  } catch (cause) {
    throw new FleetglassError(
      'BAD_INPUT',
      'The body is not one whole gzip stream, although `content-encoding` says so: send it as one, or unpacked without that header.',
      { cause },
    );
  }
}
