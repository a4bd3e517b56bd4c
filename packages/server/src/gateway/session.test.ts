import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { WebSocket } from 'ws';
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

  write(bytes: Buffer): boolean {
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
  close(code: number, reason: string): void {
    this.closedWith = [code, reason];
  }
  terminate(): void {}
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
  const buffered = { bytes: 0 };
  const connect = () => {
    const socket = new FakeSocket();
    const webSocket = new FakeWebSocket();
    const link = new WebSocketLink(
      webSocket as unknown as WebSocket,
      socket as unknown as Duplex,
      DEFAULT_LIMITS.maxFrameBytes,
    );
    const session = new Session(link, {
      clock,
      limits: { ...DEFAULT_LIMITS, ...limits },
      heartbeatMs: 10_000,
      authenticate: undefined,
      buffered,
      meters,
      watch: createIdentityWatch({ clock, maxConnections: 10 }),
      tenantOf: () => tenant,
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
    const sockets = Array.from({ length: 10 }, () => connect().socket);
    await append(100);
    expect(buffered.bytes).toBe(sockets.reduce((sum, socket) => sum + socket.writableLength, 0));
    expect(buffered.bytes).toBeLessThan(500_000 + sockets.length * (64 * 1024 + 2 * LINE.length));
  });

  it('closes a socket that does not drain in time, and gives back its share', async () => {
    const { connect, append, buffered, clock } = setUp({ maxBufferedBytes: 100_000 });
    const { webSocket } = connect();
    await append(30);
    await clock.advance(29_999);
    expect(webSocket.closedWith).toBe(undefined);
    await clock.advance(1);
    expect(webSocket.closedWith).toEqual([4429, 'SLOW_CONSUMER']);
    expect(buffered.bytes).toBe(0);
  });
});
