import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { WebSocket } from 'ws';
import { createBufferPool } from './buffer-pool.js';
import { DEFAULT_LIMITS } from './limits.js';
import { WebSocketLink } from './link-web-socket.js';
import { createIdentityWatch } from './identity-watch.js';
import { createMeters } from './meters.js';
import { Session } from './session.js';
import { createTenant } from './tenant.js';

const LINE = 'x'.repeat(10_000);

/** A socket that takes bytes only when the test says so. */
class FakeSocket extends EventEmitter {
  writableLength = 0;
  mostWaiting = 0;
  total = 0;

  readonly texts: string[] = [];

  write(bytes: Buffer): boolean {
    this.texts.push(bytes.toString());
    this.writableLength += bytes.length;
    this.total += bytes.length;
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength);
    return false;
  }
  drain(): void {
    this.writableLength = 0;
    this.emit('drain');
  }
}

class FakeWebSocket extends EventEmitter {
  closedWith: unknown;
  isTerminated = false;
  constructor(private readonly socket: FakeSocket) {
    super();
  }
  close(code: number, reason: string): void {
    this.closedWith = [code, reason];
  }
  terminate(): void {
    this.isTerminated = true;
    this.socket.writableLength = 0;
    this.emit('close');
  }
  ping(): void {}
  pause(): void {}
  resume(): void {}
}

const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(limits = {}) {
  const clock = createSimulatedClock();
  const host = createFakeHost({ clock });
  const meters = createMeters();
  const tenant = createTenant(host, clock, meters);
  const buffered = createBufferPool({ ...DEFAULT_LIMITS, ...limits }.maxTotalBufferedBytes);
  const connect = () => {
    const socket = new FakeSocket();
    const webSocket = new FakeWebSocket(socket);
    const link = new WebSocketLink(
      webSocket as unknown as WebSocket,
      socket as unknown as Duplex,
      DEFAULT_LIMITS.maxFrameBytes,
    );
    const session = new Session(link, {
      clock,
      limits: { ...DEFAULT_LIMITS, ...limits },
      heartbeatMs: 10_000,
      random: () => 0,
      authenticate: undefined,
      buffered,
      meters,
      watch: createIdentityWatch({ clock, maxConnections: 10 }),
      tenantOf: () => tenant,
      logger: undefined,
      closed: () => {},
    });
    session.start(undefined);
    const frame = {
      frame: 'subscribe',
      id: 's',
      filter: {},
      cursor: encodeCursor({ epoch: host.log.epoch, seq: 0 }),
    };
    webSocket.emit('message', Buffer.from(JSON.stringify(frame)), false);
    return { socket, webSocket };
  };
  const append = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      await host.append({ type: 'log.written', runId: 'a', data: { level: 'info', message: LINE } });
      await macrotask();
      await clock.advance(0);
    }
  };
  return { clock, host, tenant, buffered, connect, append };
}

describe('Session', () => {
  it('stops feeding a socket at its limit, whatever is published', async () => {
    const { connect, append, buffered } = setUp({ maxBufferedBytes: 200_000 });
    const { socket } = connect();
    await append(100);
    expect(socket.total).toBeGreaterThan(200_000 - 2 * LINE.length);
    expect(socket.mostWaiting).toBeLessThanOrEqual(200_000);
    expect(buffered.bytes).toBe(socket.writableLength);
  });

  it('feeds it from the log when it drains, in small portions, until it is live again', async () => {
    const { connect, append } = setUp({ maxBufferedBytes: 200_000 });
    const { socket } = connect();
    await append(300);
    socket.drain();
    socket.mostWaiting = 0;
    for (let i = 0; i < 100 && socket.total < 300 * LINE.length; i += 1) {
      await macrotask();
      await macrotask();
      socket.drain();
    }
    expect(socket.mostWaiting).toBeLessThan(150 * LINE.length);
    expect(socket.total).toBeGreaterThan(300 * LINE.length);
    socket.drain();
    const before = socket.total;
    await append(1);
    expect(socket.total - before).toBeGreaterThan(LINE.length);
    expect(socket.total - before).toBeLessThan(LINE.length + 1_000);
  });

  it('lets all sockets together hold no more than their share', async () => {
    const { connect, append, buffered } = setUp({
      maxBufferedBytes: 1_000_000,
      maxTotalBufferedBytes: 500_000,
    });
    const unread = Array.from({ length: 10 }, () => connect());
    const reader = connect();
    let most = 0;
    for (let i = 0; i < 100; i += 1) {
      await append(1);
      reader.socket.drain();
      const held = unread.reduce((sum, { socket }) => sum + socket.writableLength, 0);
      expect(buffered.bytes).toBe(held);
      most = Math.max(most, held);
    }
    expect(most).toBeGreaterThan(400_000);
    expect(most).toBeLessThanOrEqual(500_000);
    // Who reads is not asked to make room.
    expect(reader.socket.total).toBeGreaterThan(100 * LINE.length);
    expect(reader.webSocket.isTerminated).toBe(false);
    expect(unread.filter(({ webSocket }) => webSocket.isTerminated).length).toBeGreaterThan(0);
  });

  it('closes a socket that does not drain in time, and gives back its share', async () => {
    const { connect, append, buffered, clock } = setUp({ maxBufferedBytes: 100_000 });
    const { webSocket } = connect();
    await append(30);
    await clock.advance(29_999);
    expect(webSocket.closedWith).toBe(undefined);
    await clock.advance(1);
    expect(webSocket.closedWith).toEqual([4429, 'SLOW_CONSUMER']);
    // What may still leave counts until it is cut.
    expect(buffered.bytes).toBeGreaterThan(0);
    await clock.advance(1_000);
    expect(buffered.bytes).toBe(0);
  });
});

describe('a link that is not read', () => {
  const say = (webSocket: EventEmitter, frame: unknown): void =>
    void webSocket.emit('message', Buffer.from(JSON.stringify(frame)), false);

  it('[SEC-21] holds no more of many subscriptions that read the log at the same time than of one', async () => {
    const { connect, append, host } = setUp({ maxBufferedBytes: 500_000 });
    await append(200);
    const { socket, webSocket } = connect();
    const cursor = encodeCursor({ epoch: host.log.epoch, seq: 0 });
    for (let i = 1; i < 64; i += 1)
      say(webSocket, { frame: 'subscribe', id: `s${i}`, filter: { runId: i % 2 ? 'a' : 'b' }, cursor });
    for (let i = 0; i < 50; i += 1) await macrotask();
    expect(socket.mostWaiting).toBeGreaterThan(64 * 1024);
    expect(socket.mostWaiting).toBeLessThanOrEqual(500_000);
  });

  it('[SEC-21] is let go when answers pile up that it was told without asking again and again', async () => {
    const { connect, buffered } = setUp();
    const { socket, webSocket } = connect();
    for (let i = 0; i < 20_000 && !webSocket.isTerminated; i += 1) say(webSocket, { frame: 'x', id: 'x' });
    expect(webSocket.isTerminated).toBe(true);
    expect(socket.mostWaiting).toBeGreaterThan(1_000_000);
    expect(socket.mostWaiting).toBeLessThanOrEqual(1024 * 1024);
    expect(buffered.bytes).toBe(0);
  });

  it('[SEC-21] gets large answers one after the other, and what waits for its turn counts', async () => {
    const { connect, append, buffered, host } = setUp();
    await append(60);
    const { socket, webSocket } = connect();
    for (let i = 0; i < 8; i += 1)
      say(webSocket, { frame: 'read', id: `r${i}`, filter: {}, from: 1, to: host.log.head(), limit: 60 });
    const allWait = 8 * 512 * 1024;
    for (let i = 0; i < 2_000 && buffered.bytes <= allWait; i += 1) await macrotask();
    expect(socket.mostWaiting).toBeLessThanOrEqual(1024 * 1024);
    // Each ends with the event that exceeds half a mebibyte, whatever was asked for.
    expect(buffered.bytes).toBeGreaterThan(allWait);
    expect(buffered.bytes).toBeLessThan(8 * (512 * 1024 + 3 * LINE.length));
    const answered = () => socket.texts.filter((text) => text.includes('"frame":"reply"')).length;
    expect(answered()).toBeLessThan(8);
    for (let i = 0; i < 2_000 && answered() < 8; i += 1) {
      socket.drain();
      await macrotask();
    }
    expect(answered()).toBe(8);
    webSocket.terminate();
    expect(buffered.bytes).toBe(0);
  });
});
