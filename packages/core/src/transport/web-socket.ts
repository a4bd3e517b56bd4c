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
import type { ClientFrame, ServerFrame } from '../protocol/frame.js';
import { createConnection } from './connection.js';
import type { TokenSource, WebSocketConstructor } from './connection.js';
import { blobFromReply, pageFromReply, snapshotFromReply } from './reply.js';
import { createRemoteSubscriptions } from './remote-subscriptions.js';
import type { ConnectionStatus, Transport } from './transport.js';

/** Where a gateway is, and how it is reached. */
export interface WebSocketOptions {
  /** Address of the gateway's live endpoint, for example `ws://127.0.0.1:4747/api/v1/live`; `http` is read as `ws`. */
  readonly url: string;
  /** Travels as the first frame, never in the address. A function is asked again at every connection. */
  readonly token?: TokenSource;
  /** @default the global one; Node below 22 has none, pass that of the `ws` package */
  readonly WebSocket?: WebSocketConstructor;
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

/** How long an unused connection is kept, so that a short absence of subscribers costs no reconnect. */
const LINGER_MS = 1_000;
/** Most events asked for in one answer. */
const PAGE_LIMIT = 1_000;

/**
 * Carries events from a gateway over one WebSocket. It connects with the first subscription or request, comes back by
 * itself after any loss, subscribes anew from each subscriber's position, and sends unanswered requests again under
 * their old id. It gives up only on `UNAUTHENTICATED`, `FORBIDDEN_ORIGIN` and `UNSUPPORTED_VERSION`.
 *
 * Requests reject with `TIMEOUT` when no answer came in time, `FRAME_TOO_LARGE` when the server would refuse them,
 * `DISCONNECTED` after {@link Transport.close}, and with the server's own error otherwise. A command that timed out
 * may have been carried out: ask again with the same id.
 */
export function webSocket(options: WebSocketOptions): Transport {
  const { clock = systemClock, random = systemRandom, requestTimeoutMs = 30_000 } = options;
  const WebSocket =
    options.WebSocket ?? (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;
  if (!WebSocket) {
    throw new FleetglassError(
      'BAD_INPUT',
      'This runtime has no WebSocket: pass the one of the `ws` package as `WebSocket`.',
    );
  }
  const pending = new Map<string, PendingRequest>();
  const listeners = new Set<(status: ConnectionStatus) => void>();
  let requests = 0;
  let maxFrameBytes = Number.POSITIVE_INFINITY;
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
    { url: options.url.replace(/^http/, 'ws'), token: options.token, WebSocket, clock, random },
    {
      opened(hello) {
        maxFrameBytes = hello.maxFrameBytes;
        subscriptions.opened(hello.epoch);
        for (const { frame } of pending.values()) connection.send(frame);
      },
      frame(frame) {
        if (subscriptions.receive(frame)) return;
        const id = 'id' in frame ? frame.id : undefined;
        if (id !== undefined) settle(id, ({ answer }) => answer.resolve(frame));
      },
      failed: giveUp,
      changed(status) {
        for (const listener of listeners) listener(status);
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
    if (phase === 'closed')
      throw new FleetglassError('DISCONNECTED', 'The transport is closed; create a new one.');
    if (phase === 'failed') throw error ?? new FleetglassError('DISCONNECTED', 'The transport has failed.');
    connection.open();
  };

  const settle = (id: string, act: (request: PendingRequest) => void): void => {
    const request = pending.get(id);
    if (!request) return;
    pending.delete(id);
    clock.clearTimeout(request.timer);
    act(request);
    release();
  };

  const request = async (frame: ClientFrame & { readonly id: string }): Promise<ServerFrame> => {
    const asked = pending.get(frame.id);
    if (asked) return asked.answer.promise;
    demand();
    const bytes = new TextEncoder().encode(JSON.stringify(frame)).length;
    if (bytes > maxFrameBytes) {
      throw new FleetglassError(
        'FRAME_TOO_LARGE',
        `The request has ${bytes} bytes; the server takes at most ${maxFrameBytes}.`,
      );
    }
    const answer = createDeferred<ServerFrame>();
    const onTimeout = (): void =>
      settle(frame.id, () =>
        answer.reject(
          new FleetglassError(
            'TIMEOUT',
            `No answer within ${requestTimeoutMs} ms; ask again under the same id.`,
          ),
        ),
      );
    pending.set(frame.id, { frame, answer, timer: clock.setTimeout(onTimeout, requestTimeoutMs) });
    connection.send(frame);
    return answer.promise;
  };

  /** Distinct from every command id, which callers choose. */
  const nextId = (): string => `request:${(requests += 1)}`;

  const ask = async (frame: ClientFrame & { readonly id: string }): Promise<Json> => {
    const answer = await request(frame);
    if (answer.frame === 'reply') return answer.body;
    if (answer.frame === 'error') throw fromWireError(answer.error);
    throw new FleetglassError('BAD_FRAME', 'The server answered with a frame of another kind.');
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
    async readRange({ from, to = Number.MAX_SAFE_INTEGER, filter = EVERYTHING, limit = PAGE_LIMIT }) {
      return pageFromReply(await ask({ frame: 'read', id: nextId(), filter, from, to, limit }));
    },
    async stateAt(cursor, filter) {
      return snapshotFromReply(await ask({ frame: 'stateAt', id: nextId(), filter, cursor }));
    },
    async blob(ref) {
      return blobFromReply(await ask({ frame: 'blob', id: nextId(), ref }));
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
      giveUp(new FleetglassError('DISCONNECTED', 'The transport was closed.'));
    },
  };
}
