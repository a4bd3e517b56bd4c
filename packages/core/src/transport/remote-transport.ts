import { FleetglassError, fromWireError } from '../errors/fleetglass-error.js';
import type { Clock, TimerHandle } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import { createDeferred } from '../lib/deferred.js';
import type { Deferred } from '../lib/deferred.js';
import type { Random } from '../lib/ids.js';
import { systemRandom } from '../lib/ids.js';
import type { Json } from '../lib/json.js';
import type { CommandResult } from '../protocol/command.js';
import { EVERYTHING } from '../protocol/filter.js';
import type { BlobFrame, ClientFrame, ReadFrame, ServerFrame, StateAtFrame } from '../protocol/frame.js';
import type { Carrier, TokenSource } from './carrier.js';
import { createConnection } from './connection.js';
import { blobFromReply, pageFromReply, snapshotFromReply } from './reply.js';
import { createRemoteSubscriptions } from './remote-subscriptions.js';
import type { ConnectionStatus, Transport } from './transport.js';

/** Where a gateway is and how it is asked, whatever carries the frames. */
export interface RemoteOptions {
  /** Address of the gateway's live endpoint, for example `http://127.0.0.1:4747/api/v1/live`; `ws` and `http` are read as each other. */
  readonly url: string;
  /** Never travels in the address. A function is asked again at every connection, and before the token ends where it tells when. */
  readonly token?: TokenSource;
  /** Milliseconds until a request without an answer rejects with `TIMEOUT`. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Jitter of reconnects. @default the machine's randomness */
  readonly random?: Random;
}

interface PendingRequest {
  readonly frame: ClientFrame & { readonly id: string };
  readonly answer: Deferred<ServerFrame>;
  readonly timer: TimerHandle;
}

type Question = Omit<ReadFrame, 'id'> | Omit<StateAtFrame, 'id'> | Omit<BlobFrame, 'id'>;

/** How long an unused connection is kept, so that a short absence of subscribers costs no reconnect. */
const LINGER_MS = 1_000;
/** Most events asked for in one answer. */
const PAGE_LIMIT = 1_000;

const closed = (): FleetglassError =>
  new FleetglassError('DISCONNECTED', 'The transport is closed; create a new one.');

/**
 * Carries events over one connection, whatever its carrier: it connects with the first subscription or request, comes
 * back by itself after any loss, subscribes anew from each subscriber's position, and sends unanswered requests again
 * under their old id.
 */
export function createRemoteTransport(carrier: Carrier, options: RemoteOptions): Transport {
  const { clock = systemClock, random = systemRandom, requestTimeoutMs = 30_000 } = options;
  const pending = new Map<string, PendingRequest>();
  const listeners = new Set<(status: ConnectionStatus) => void>();
  let requests = 0;
  let maxFrameBytes = Infinity;
  let linger: TimerHandle;

  const giveUp = (error: FleetglassError): void => {
    for (const { answer, timer } of pending.values()) {
      clock.clearTimeout(timer);
      answer.reject(error);
    }
    pending.clear();
    subscriptions.fail(error);
  };

  const connection = createConnection(
    { carrier, token: options.token, clock, random },
    {
      opened(hello) {
        maxFrameBytes = hello.maxFrameBytes;
        subscriptions.opened(hello.epoch);
        for (const { frame } of pending.values()) connection.send(frame);
      },
      frame(frame) {
        if (subscriptions.receive(frame)) return;
        const id = 'id' in frame ? frame.id : undefined;
        if (id !== undefined) settle(id)?.resolve(frame);
      },
      changed(status) {
        for (const listener of listeners) {
          try {
            listener(status);
          } catch {
            // Who watches the connection does not disturb it.
          }
        }
        if (status.phase === 'failed') giveUp(status.error ?? closed());
      },
    },
  );

  const release = (): void => {
    clock.clearTimeout(linger);
    if (subscriptions.size > 0 || pending.size > 0) return;
    linger = clock.setTimeout(() => connection.rest(), LINGER_MS, { background: true });
  };

  const subscriptions = createRemoteSubscriptions((frame) => connection.send(frame), release);

  const demand = (): void => {
    clock.clearTimeout(linger);
    const { phase, error } = connection.status;
    if (phase === 'closed' || phase === 'failed') throw error ?? closed();
    connection.open();
  };

  /** The request is over; tells whom to answer. */
  const settle = (id: string): Deferred<ServerFrame> | undefined => {
    const request = pending.get(id);
    if (!request) return undefined;
    pending.delete(id);
    clock.clearTimeout(request.timer);
    release();
    return request.answer;
  };

  const request = async (frame: ClientFrame & { readonly id: string }): Promise<ServerFrame> => {
    const asked = pending.get(frame.id);
    if (asked) return asked.answer.promise;
    demand();
    const bytes = new Blob([JSON.stringify(frame)]).size;
    if (bytes > maxFrameBytes) {
      throw new FleetglassError(
        'FRAME_TOO_LARGE',
        `The request has ${bytes} bytes; the server takes ${maxFrameBytes}.`,
      );
    }
    const answer = createDeferred<ServerFrame>();
    const onTimeout = (): void =>
      settle(frame.id)?.reject(
        new FleetglassError('TIMEOUT', `No answer in ${requestTimeoutMs} ms; ask again under the same id.`),
      );
    pending.set(frame.id, { frame, answer, timer: clock.setTimeout(onTimeout, requestTimeoutMs) });
    connection.send(frame);
    return answer.promise;
  };

  const ask = async (question: Question): Promise<Json> => {
    requests += 1;
    // Distinct from every command id, which callers choose.
    const answer = await request({ ...question, id: `request:${requests}` });
    if (answer.frame === 'error') throw fromWireError(answer.error);
    return answer.frame === 'reply' ? answer.body : null;
  };

  return {
    subscribe(subscribeRequest, observer) {
      demand();
      return subscriptions.add(subscribeRequest, observer);
    },
    async command(command, commandId): Promise<CommandResult> {
      const answer = await request({ frame: 'command', id: commandId, command });
      if (answer.frame === 'error') return { ok: false, error: answer.error };
      return answer.frame === 'ack' && answer.result !== undefined
        ? { ok: true, result: answer.result }
        : { ok: true };
    },
    async readRange({ from, to = 2 ** 53 - 1, filter = EVERYTHING, limit = PAGE_LIMIT }) {
      return pageFromReply(await ask({ frame: 'read', filter, from, to, limit }));
    },
    async stateAt(cursor, filter) {
      return snapshotFromReply(await ask({ frame: 'stateAt', filter, cursor }));
    },
    async blob(ref) {
      return blobFromReply(await ask({ frame: 'blob', ref }));
    },
    get status() {
      return connection.status;
    },
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (connection.status.phase === 'closed') return;
      clock.clearTimeout(linger);
      connection.close();
      giveUp(closed());
    },
  };
}
