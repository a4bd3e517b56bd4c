import { FleetglassError } from '../errors/fleetglass-error.js';
import type { BlobRef } from '../protocol/payload.js';

/** Address of these bytes: `sha256-` and 64 hexadecimal digits. */
export async function blobRefOf(bytes: Uint8Array): Promise<BlobRef> {
  // Absent in browsers on pages that are not served securely.
  const subtle = (globalThis as { crypto?: { subtle?: SubtleCrypto } })['crypto']?.subtle;
  if (!subtle) {
    throw new FleetglassError(
      'STORE_FAILED',
      'Blobs need WebCrypto: serve the page over HTTPS or from localhost.',
    );
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return `sha256-${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

const MARK = 'sha256-';
const REFS = /sha256-[0-9a-f]{64}/g;

/** Addresses that a text names. */
export function blobRefsIn(text: string): readonly BlobRef[] {
  // Nearly all texts name none, and are not worth a regular expression.
  return text.includes(MARK) ? (text.match(REFS) ?? []) : [];
}
