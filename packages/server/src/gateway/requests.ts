import { encodeState, FleetglassError } from '@fleetglass/core';
import type { EventBatch } from '@fleetglass/core';
import { decodeCursor } from '@fleetglass/core/protocol';
import type { ClientFrame, Json, ServerFrame, SubscribeFrame } from '@fleetglass/core/protocol';
import { narrow } from './access.js';
import type { Identity } from './access.js';
import { answerQuery } from './queries.js';
import type { Query } from './queries.js';
import { linesOf } from '../lib/event-text.js';
import { authoriseCommand } from './rights.js';
import type { Tenant } from './tenant.js';

/** Most events in the answer to one `read`. */
const MAX_PAGE = 1_000;
/** An answer to `read` ends with the event that exceeds it. */
const MAX_PAGE_CHARACTERS = 512 * 1024;

/** Longest id of a frame that is repeated in the answer. */
const MAX_ID_LENGTH = 128;

/** Id under which an answer can be given, also to a frame that is wrong in another place. */
export function requestIdOf(value: unknown): string | undefined {
  const { id } = (value ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/** As much of a page as one answer holds; the rest is asked for from after its `to`. */
function shortened(page: EventBatch): EventBatch {
  let characters = 0;
  const full = linesOf(page.events).findIndex(
    ({ text }) => (characters += text.length) >= MAX_PAGE_CHARACTERS,
  );
  const last = page.events[full];
  if (!last || full === page.events.length - 1) return page;
  return { from: page.from, to: last.seq, events: page.events.slice(0, full + 1) };
}

/** Frames that are answered by exactly one frame. */
export type RequestFrame =
  Extract<ClientFrame, { readonly frame: 'command' | 'read' | 'stateAt' | 'blob' }> | Query;

export interface Answer {
  readonly told: ServerFrame;
  /** The subscription that was asked for along with it. */
  readonly follow?: SubscribeFrame;
}

/** @throws FleetglassError that becomes the answer */
export async function answer(
  frame: RequestFrame,
  tenant: Tenant,
  identity: Identity,
  now: number,
): Promise<Answer> {
  if (frame.frame !== 'query') return { told: await answerFrame(frame, tenant, identity) };
  const { id } = frame;
  const { result, follow } = await answerQuery(frame, tenant, identity, now);
  return {
    told: { frame: 'ack', id, result },
    ...(follow ? { follow: { frame: 'subscribe', id, ...follow } } : {}),
  };
}

async function answerFrame(
  frame: Exclude<RequestFrame, Query>,
  tenant: Tenant,
  identity: Identity,
): Promise<ServerFrame> {
  const { id } = frame;
  const { log } = tenant.host;
  switch (frame.frame) {
    case 'command': {
      await authoriseCommand(frame.command, identity, log);
      const outcome = await tenant.commands.execute(frame.command, id, identity);
      if (!outcome.ok) return { frame: 'error', id, error: outcome.error };
      return { frame: 'ack', id, ...(outcome.result === undefined ? {} : { result: outcome.result }) };
    }
    case 'read': {
      const { from, to } = frame;
      const limit = Math.min(frame.limit, MAX_PAGE);
      const filter = narrow(frame.filter, identity.scope);
      const page = await log.read({ from, to: Math.min(to, log.head()), filter, limit });
      return { frame: 'reply', id, body: shortened(page) as unknown as Json };
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
      const blob = await tenant.blobs.get(frame.ref, identity.scope);
      const body = blob && { mediaType: blob.mediaType, base64: Buffer.from(blob.bytes).toString('base64') };
      return { frame: 'reply', id, body: body ?? null };
    }
  }
}
