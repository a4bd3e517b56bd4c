import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../errors/fleetglass-error.js';
import { encodeCursor } from '../protocol/cursor.js';
import type { Cursor } from '../protocol/cursor.js';
import { EVERYTHING } from '../protocol/filter.js';
import type { ClientFrame, ServerFrame } from '../protocol/frame.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { Delivery } from './transport.js';
import { webSocket } from './web-socket.js';
import type { WebSocketOptions } from './web-socket.js';

type Listener = (event: { data?: unknown; code?: number; reason?: string }) => void;

/** The server's end of a socket that exists only in memory. */
class FakeSocket {
  readonly sent: ClientFrame[] = [];
  closed = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(readonly url: string) {}

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientFrame);
  }
  close(): void {
    this.closed = true;
  }

  #emit(type: string, event: Parameters<Listener>[0] = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
  accept(): void {
    this.#emit('open');
  }
  say(frame: ServerFrame): void {
    this.#emit('message', { data: JSON.stringify(frame) });
  }
  sayText(data: string): void {
    this.#emit('message', { data });
  }
  hello(protocol = 1): void {
    this.say({ frame: 'hello', protocol, heartbeatMs: 1_000, epoch: 'e', maxFrameBytes: 1_000 });
  }
  lose(code = 1006, reason = ''): void {
    this.#emit('close', { code, reason });
  }
}

function setUp(options: Partial<WebSocketOptions> = {}) {
  const clock = createSimulatedClock();
  const sockets: FakeSocket[] = [];
  class Socket extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const transport = webSocket({
    url: 'ws://server/api/v1/live',
    WebSocket: Socket as unknown as NonNullable<WebSocketOptions['WebSocket']>,
    clock,
    random: () => 1,
    ...options,
  });
  const socket = (index = sockets.length - 1): FakeSocket => {
    const found = sockets[index];
    if (!found) throw new Error('no socket was opened');
    return found;
  };
  const subscribe = (position: () => Cursor | undefined = () => undefined) => {
    const deliveries: Delivery[] = [];
    const errors: string[] = [];
    const subscription = transport.subscribe(
      { filter: EVERYTHING, position },
      {
        snapshot: () => {},
        events: (delivery) => deliveries.push(delivery),
        error: ({ code }) => errors.push(code),
      },
    );
    return { subscription, deliveries, errors };
  };
  const open = () => {
    socket().accept();
    socket().hello();
  };
  return { clock, sockets, socket, transport, subscribe, open };
}

const at = (seq: number): Cursor => encodeCursor({ epoch: 'e', seq });
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => (isFleetglassError(error) ? error.code : error),
  );
const event = (seq: number) => ({ v: 1, seq, time: 0, type: 'log.written', data: {} });

describe('webSocket', () => {
  it('connects with the first use and rests after the last', async () => {
    const { clock, sockets, socket, transport, subscribe, open } = setUp();
    expect(sockets).toEqual([]);
    expect(transport.status.phase).toBe('idle');
    const { subscription } = subscribe();
    expect(transport.status.phase).toBe('connecting');
    open();
    expect(transport.status).toMatchObject({ phase: 'open', attempt: 0 });
    subscription.close();
    await clock.advance(1_000);
    expect(socket().closed).toBe(true);
    expect(transport.status.phase).toBe('idle');
    expect(clock.pending).toBe(0);
    subscribe();
    expect(sockets).toHaveLength(2);
  });

  it("tells how far the server's clock is from this machine's", () => {
    const { clock, socket, transport, subscribe } = setUp();
    subscribe();
    socket().accept();
    socket().say({
      frame: 'hello',
      protocol: 1,
      heartbeatMs: 1_000,
      epoch: 'e',
      maxFrameBytes: 1_000,
      time: clock.now() + 5_000,
    });
    expect(transport.status).toMatchObject({ phase: 'open', skewMs: 5_000 });
  });

  it('sends the token as the first frame and nothing else before hello', () => {
    const { socket, subscribe } = setUp({ token: 'secret' });
    subscribe();
    expect(socket().url).not.toContain('secret');
    socket().accept();
    expect(socket().sent).toEqual([{ frame: 'auth', token: 'secret' }]);
    socket().hello();
    expect(socket().sent.map(({ frame }) => frame)).toEqual(['auth', 'subscribe']);
  });

  it('asks a token function at every connection', async () => {
    let count = 0;
    const { clock, socket, subscribe } = setUp({ token: async () => `token ${(count += 1)}` });
    subscribe();
    await clock.advance(0);
    socket().accept();
    socket().lose();
    await clock.advance(500);
    socket().accept();
    expect(socket(0).sent).toEqual([{ frame: 'auth', token: 'token 1' }]);
    expect(socket(1).sent).toEqual([{ frame: 'auth', token: 'token 2' }]);
  });

  it('comes back fast once, then ever more slowly, up to half a minute', async () => {
    const { clock, sockets, socket, transport, subscribe } = setUp();
    subscribe();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      socket().lose();
      expect(transport.status).toMatchObject({
        phase: 'reconnecting',
        attempt: i + 1,
        error: { code: 'DISCONNECTED' },
      });
      const wait = (transport.status.retryAt ?? 0) - clock.now();
      waits.push(wait);
      await clock.advance(wait - 1);
      expect(sockets).toHaveLength(i + 1);
      await clock.advance(1);
      expect(sockets).toHaveLength(i + 2);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('does not count as recovered before it has lasted', async () => {
    const { clock, socket, transport, subscribe, open } = setUp();
    subscribe();
    open();
    socket().lose();
    await clock.advance(500);
    open();
    socket().lose();
    expect(transport.status.attempt).toBe(2);
    await clock.advance(1_000);
    open();
    for (let i = 0; i < 6; i += 1) {
      await clock.advance(999);
      socket().say({ frame: 'heartbeat' });
    }
    socket().lose();
    expect(transport.status.attempt).toBe(1);
  });

  it('waits longer when the server says that it is going away', () => {
    const { clock, socket, transport, subscribe, open } = setUp();
    subscribe();
    open();
    socket().say({ frame: 'error', error: { code: 'SHUTTING_DOWN', message: 'soon back' } });
    socket().lose(4503, 'SHUTTING_DOWN');
    expect(transport.status).toMatchObject({ error: { code: 'SHUTTING_DOWN', message: 'soon back' } });
    expect((transport.status.retryAt ?? 0) - clock.now()).toBe(8_000);
  });

  it.each([
    ['UNAUTHENTICATED', 4401],
    ['FORBIDDEN_ORIGIN', 4403],
    ['UNSUPPORTED_VERSION', 4426],
  ])('gives up for good on %s', async (code, closeCode) => {
    const { clock, sockets, socket, transport, subscribe } = setUp();
    const { errors } = subscribe();
    const command = codeOf(transport.command({ type: 'pause', runId: 'a' }, 'c'));
    socket().lose(closeCode, code);
    expect(transport.status).toMatchObject({ phase: 'failed', error: { code } });
    expect(errors).toEqual([code]);
    expect(await command).toBe(code);
    expect(await codeOf(transport.command({ type: 'pause', runId: 'a' }, 'd'))).toBe(code);
    await clock.advance(120_000);
    expect(sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('gives up on a server of a newer protocol', () => {
    const { socket, transport, subscribe } = setUp();
    subscribe();
    socket().accept();
    socket().hello(99);
    expect(transport.status).toMatchObject({ phase: 'failed', error: { code: 'UNSUPPORTED_VERSION' } });
  });

  it('reconnects after two intervals of silence, and not before', async () => {
    const { clock, sockets, socket, transport, subscribe, open } = setUp();
    subscribe();
    open();
    await clock.advance(1_900);
    socket().say({ frame: 'heartbeat' });
    expect(socket().sent.at(-1)).toEqual({ frame: 'pong' });
    await clock.advance(1_900);
    expect(transport.status.phase).toBe('open');
    await clock.advance(1_000);
    expect(transport.status.phase).toBe('reconnecting');
    expect(socket(0).closed).toBe(true);
    await clock.advance(500);
    expect(sockets).toHaveLength(2);
  });

  it('gives a server that never says hello ten seconds', async () => {
    const { clock, socket, transport, subscribe } = setUp();
    subscribe();
    socket().accept();
    await clock.advance(9_999);
    expect(transport.status.phase).toBe('connecting');
    await clock.advance(1);
    expect(transport.status.phase).toBe('reconnecting');
  });

  it('subscribes again from where the subscriber is and hears nothing of the old connection', async () => {
    const { clock, socket, subscribe, open } = setUp();
    let position = at(0);
    const { deliveries } = subscribe(() => position);
    open();
    const first = socket().sent.at(-1);
    expect(first).toMatchObject({ frame: 'subscribe', cursor: at(0) });
    socket().say({ frame: 'subscribed', id: (first as { id: string }).id, channel: 7, cursor: at(0) });
    socket().say({ frame: 'events', channel: 7, from: 1, to: 2, events: [event(1), event(2)] });
    position = at(2);
    socket().lose();
    await clock.advance(500);
    open();
    const again = socket().sent.at(-1);
    expect(again).toMatchObject({ frame: 'subscribe', cursor: at(2) });
    socket(0).say({ frame: 'events', channel: 7, from: 3, to: 3, events: [event(3)] });
    socket().say({ frame: 'events', channel: 7, from: 3, to: 3, events: [event(3)] });
    expect(deliveries).toHaveLength(1);
    socket().say({ frame: 'subscribed', id: (again as { id: string }).id, channel: 1, cursor: at(2) });
    socket().say({ frame: 'events', channel: 1, from: 3, to: 3, events: [event(3)] });
    socket().say({ frame: 'heartbeat', covered: [{ channel: 1, to: 9 }] });
    expect(deliveries.slice(1)).toEqual([
      { epoch: 'e', from: 3, to: 3, events: [event(3)] },
      { epoch: 'e', from: 4, to: 9, events: [] },
    ]);
  });

  it('learns from a heartbeat that frames of events before it were lost', () => {
    const { socket, subscribe, open } = setUp();
    const { deliveries } = subscribe();
    open();
    const [asked] = socket().sent;
    socket().say({ frame: 'subscribed', id: (asked as { id: string }).id, channel: 1, cursor: at(0) });
    socket().say({ frame: 'heartbeat', covered: [{ channel: 1, from: 1, to: 4 }] });
    socket().say({ frame: 'heartbeat', covered: [{ channel: 1, from: 1, to: 6 }] });
    // Events up to 8 were sent and never came.
    socket().say({ frame: 'heartbeat', covered: [{ channel: 1, from: 9, to: 9 }] });
    expect(deliveries.map(({ from, to }) => [from, to])).toEqual([
      [1, 4],
      [5, 6],
      [9, 9],
    ]);
  });

  it('starts over when a connection speaks of two lives of the log', () => {
    const { socket, subscribe, open, transport } = setUp();
    const { deliveries } = subscribe();
    open();
    const [asked] = socket().sent;
    const { id } = asked as { id: string };
    socket().say({ frame: 'subscribed', id, channel: 1, cursor: encodeCursor({ epoch: 'other', seq: 0 }) });
    expect(transport.status).toMatchObject({ phase: 'reconnecting', error: { code: 'BAD_FRAME' } });
    expect(deliveries).toEqual([]);
  });

  it('tells a subscriber that it was refused and keeps the others', () => {
    const { socket, subscribe, open } = setUp();
    const refused = subscribe();
    const kept = subscribe();
    open();
    const [one] = socket().sent;
    socket().say({
      frame: 'error',
      id: (one as { id: string }).id,
      error: { code: 'FORBIDDEN', message: 'no' },
    });
    expect(refused.errors).toEqual(['FORBIDDEN']);
    expect(kept.errors).toEqual([]);
  });

  it('sends an unanswered command again under its id and resolves it once', async () => {
    const { clock, socket, transport, open } = setUp();
    const command = { type: 'pause', runId: 'a' } as const;
    const result = transport.command(command, 'c1');
    const same = transport.command(command, 'c1');
    open();
    socket().lose();
    await clock.advance(500);
    open();
    expect(socket(0).sent).toEqual([{ frame: 'command', id: 'c1', command }]);
    expect(socket(1).sent).toEqual([{ frame: 'command', id: 'c1', command }]);
    socket().say({ frame: 'ack', id: 'c1', result: { done: true } });
    socket().say({ frame: 'ack', id: 'c1', result: { done: false } });
    expect(await result).toEqual({ ok: true, result: { done: true } });
    expect(await same).toEqual({ ok: true, result: { done: true } });
  });

  it('rejects a request that stays unanswered, over any number of connections', async () => {
    const { clock, transport } = setUp();
    const result = codeOf(transport.command({ type: 'pause', runId: 'a' }, 'c1'));
    await clock.advance(30_000);
    expect(await result).toBe('TIMEOUT');
    transport.close();
    expect(clock.pending).toBe(0);
  });

  it('refuses a request that the server would refuse for its size', async () => {
    const { transport, subscribe, open, socket } = setUp();
    subscribe();
    open();
    const before = socket().sent.length;
    const command = { type: 'start', name: 'x', input: 'ü'.repeat(500) } as const;
    expect(await codeOf(transport.command(command, 'c1'))).toBe('FRAME_TOO_LARGE');
    expect(socket().sent).toHaveLength(before);
  });

  it('starts over when a frame cannot be read', () => {
    const { socket, transport, subscribe, open } = setUp();
    subscribe();
    open();
    socket().sayText('{"frame":"events","chan');
    expect(transport.status).toMatchObject({ phase: 'reconnecting', error: { code: 'BAD_FRAME' } });
    expect(socket().closed).toBe(true);
  });

  it('says what is missing in a runtime without WebSocket', () => {
    const scope = globalThis as { WebSocket?: unknown };
    const original = scope.WebSocket;
    delete scope.WebSocket;
    try {
      expect(() => webSocket({ url: 'ws://server' })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    } finally {
      if (original !== undefined) scope.WebSocket = original;
    }
  });
});
