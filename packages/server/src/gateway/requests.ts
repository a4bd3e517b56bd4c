import { encodeState, FleetglassError } from '@fleetglass/core';
import { decodeCursor } from '@fleetglass/core/protocol';
import type { ClientFrame, Command, Json, ServerFrame } from '@fleetglass/core/protocol';
import { narrow } from './access.js';
import type { Identity } from './access.js';
import type { Tenant } from './tenant.js';

/** Most events in the answer to one `read`. */
const MAX_PAGE = 1_000;

/** Frames that are answered by exactly one frame. */
export type RequestFrame = Extract<ClientFrame, { readonly frame: 'command' | 'read' | 'stateAt' | 'blob' }>;

/** @throws FleetglassError `FORBIDDEN` when the viewer may not give this command */
function authorise(command: Command, { scope, canCommand = true }: Identity): void {
  const runId = 'runId' in command ? command.runId : undefined;
  const isOutside = scope !== undefined && (scope.runId === undefined || scope.runId !== runId);
  if (!canCommand || isOutside)
    throw new FleetglassError('FORBIDDEN', 'Your token does not allow this command.');
}

/** @throws FleetglassError that becomes the answer */
export async function answer(frame: RequestFrame, tenant: Tenant, identity: Identity): Promise<ServerFrame> {
  const { id } = frame;
  const { log, blobs } = tenant.host;
  switch (frame.frame) {
    case 'command': {
      authorise(frame.command, identity);
      const outcome = await tenant.commands.execute(frame.command, id, identity);
      if (!outcome.ok) return { frame: 'error', id, error: outcome.error };
      return { frame: 'ack', id, ...(outcome.result === undefined ? {} : { result: outcome.result }) };
    }
    case 'read': {
      const { from, to } = frame;
      const limit = Math.min(frame.limit, MAX_PAGE);
      const filter = narrow(frame.filter, identity.scope);
      const page = await log.read({ from, to: Math.min(to, log.head()), filter, limit });
      return { frame: 'reply', id, body: page as unknown as Json };
    }
    case 'stateAt': {
      const { epoch, seq } = decodeCursor(frame.cursor);
      if (epoch !== log.epoch || seq > log.head()) {
        throw new FleetglassError(
          'CURSOR_TOO_OLD',
          'The cursor belongs to a former life of the log; start again without one.',
        );
      }
      const snapshot = await log.stateAt(seq, narrow(frame.filter, identity.scope));
      return { frame: 'reply', id, body: { seq: snapshot.seq, state: encodeState(snapshot.state) } };
    }
    case 'blob': {
      const blob = await blobs.getBlob(frame.ref);
      const body = blob && { mediaType: blob.mediaType, base64: Buffer.from(blob.bytes).toString('base64') };
      return { frame: 'reply', id, body: body ?? null };
    }
  }
}
