import { FleetglassError } from '@fleetglass/core';
import * as z from 'zod';
import { endpoint } from './endpoint.js';

/** Types that a browser cannot run; everything else is only bytes. */
const SAFE_TYPES = /^(?:text\/(?:plain|markdown|csv)|application\/json)(?:;|$)/;

export const blobEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/blobs/{ref}',
    id: 'getBlob',
    tag: 'Logs and files',
    role: 'viewer',
    summary: 'A large payload that an event refers to: input, output, or a diff',
    streams: ['application/octet-stream', 'application/json', 'text/plain'],
    params: { ref: z.string().min(1).max(256) },
    answer: z.unknown().describe('Its bytes, as a download'),
    handle: async ({ params: { ref }, blobs, scope, http }) => {
      const blob = await blobs.get(ref, scope);
      if (!blob)
        throw new FleetglassError(
          'BLOB_NOT_FOUND',
          'The referenced bytes are not stored here: show the preview that came with the reference.',
        );
      const { mediaType, bytes } = blob;
      const isSafe = SAFE_TYPES.test(mediaType) && !/[^\x20-\x7e]/.test(mediaType);
      return http.body(Buffer.from(bytes), 200, {
        'content-type': isSafe ? mediaType : 'application/octet-stream',
        'content-disposition': 'attachment',
      });
    },
  }),
];
