import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../protocol/filter.js';
import { scriptedCarrier } from '../testing/scripted-carrier.js';
import type { ScriptedCarrier, ScriptedWire } from '../testing/scripted-carrier.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { TokenSource } from './carrier.js';
import { fallback, fallbackCarrier } from './fallback.js';
import { createRemoteTransport } from './remote-transport.js';

function setUp(token?: TokenSource) {
  const clock = createSimulatedClock();
  const first = scriptedCarrier('webSocket');
  const second = scriptedCarrier('sse');
  const third = scriptedCarrier('longPoll');
  const transport = createRemoteTransport(fallbackCarrier([first, second, third], clock), {
    url: '',
    clock,
    random: () => 0,
    ...(token === undefined ? {} : { token }),
  });
  transport.subscribe(
    { filter: EVERYTHING, position: () => undefined },
    { snapshot: () => undefined, events: () => undefined, error: () => undefined },
  );
  const wires = (): readonly ScriptedWire[] => [first, second, third].flatMap((carrier) => carrier.wires);
  /** Fails until it is another's turn. */
  const fail = async (carrier: ScriptedCarrier): Promise<void> => {
    for (let i = 0; i < 2; i += 1) {
      carrier.wire().lose();
      await clock.advance(0);
    }
  };
  /** Lets time pass on an open connection. */
  const live = async (ms: number, carrier: ScriptedCarrier): Promise<void> => {
    for (let i = 0; i < ms / 1_000; i += 1) {
      await clock.advance(999);
      carrier.wire().say({ frame: 'heartbeat' });
      await clock.advance(1);
    }
  };
  return { clock, first, second, third, transport, wires, fail, live };
}

describe('fallback', () => {
  it('gives a carrier up for the next one that fails twice in a row, and begins anew after the last', async () => {
    const { first, second, third, transport, fail } = setUp();
    await fail(first);
    expect([first, second, third].map(({ wires }) => wires.length)).toEqual([2, 1, 0]);
    await fail(second);
    await fail(third);
    expect([first, second, third].map(({ wires }) => wires.length)).toEqual([3, 2, 2]);
    first.wire().hello();
    expect(transport.status).toMatchObject({ phase: 'open', carrier: 'webSocket' });
  });

  it('gives up one that is silent too, but none that has served or whose server is busy', async () => {
    const { clock, first, second, transport } = setUp();
    await clock.advance(20_000);
    expect(first.wires.map(({ end }) => end)).toEqual(['dead', 'dead']);
    expect(second.wires).toHaveLength(1);
    second.wire().hello();
    for (let i = 0; i < 5; i += 1) {
      second.wire().lose();
      await clock.advance(0);
      second.wire().hello();
    }
    for (let i = 0; i < 5; i += 1) {
      second.wire().lose('SHUTTING_DOWN');
      await clock.advance(0);
    }
    expect(second.wires).toHaveLength(11);
    expect(first.wires).toHaveLength(2);
    transport.close();
  });

  it('looks for a better one beside the one that serves, and changes once it says hello', async () => {
    const { clock, first, second, transport, fail, live, wires } = setUp();
    await fail(first);
    second.wire().hello();
    await live(59_000, second);
    expect(first.wires).toHaveLength(2);
    await live(2_000, second);
    expect(first.wires).toHaveLength(3);
    expect(second.wire().end).toBe('open');
    expect(transport.status.carrier).toBe('sse');
    first.wire().hello();
    expect(transport.status).toMatchObject({ phase: 'open', carrier: 'webSocket' });
    expect(first.wire().sent.map(({ frame }) => frame)).toEqual(['subscribe']);
    expect(second.wire().end).toBe('closed');
    expect(wires().filter(({ end }) => end === 'open')).toHaveLength(1);
    await live(300_000, first);
    expect(wires()).toHaveLength(4);
    transport.close();
    expect(clock.pending).toBe(0);
  });

  it('keeps what works when the better ones still fail, and tries them one after the other', async () => {
    const { clock, first, second, third, transport, fail, live } = setUp();
    await fail(first);
    await fail(second);
    third.wire().hello();
    await live(61_000, third);
    expect([first.wires.length, second.wires.length]).toEqual([3, 2]);
    first.wire().say('what is not a frame');
    first.wire().lose();
    expect(second.wires).toHaveLength(3);
    await live(10_000, third);
    expect(second.wire().end).toBe('dead');
    expect(transport.status).toMatchObject({ phase: 'open', carrier: 'longPoll' });
    await live(60_000, third);
    expect(first.wires).toHaveLength(4);
    // What was tried beside it goes with it.
    third.wire().lose();
    await clock.advance(0);
    expect(first.wire().end).toBe('dead');
    expect(third.wires).toHaveLength(2);
    transport.close();
    expect(clock.pending).toBe(0);
  });

  it('tries a better one with the newest token', async () => {
    let asked = 0;
    const { clock, first, second, live, fail } = setUp(() => ({
      token: `token ${(asked += 1)}`,
      expiresAt: clock.now() + (asked < 3 ? 1e9 : 20_000),
    }));
    await clock.advance(0);
    await fail(first);
    second.wire().hello();
    await live(61_000, second);
    expect(second.wire().sent.filter(({ frame }) => frame === 'auth').length).toBeGreaterThan(3);
    expect(first.wire().token).not.toBe('token 3');
  });

  it('begins with event streams where there is no WebSocket', async () => {
    const asked: string[] = [];
    const scope = globalThis as { WebSocket?: unknown };
    const original = scope.WebSocket;
    delete scope.WebSocket;
    const transport = fallback({
      url: 'ws://server/api/v1/live/',
      fetch: (url) => {
        asked.push(url);
        return new Promise(() => undefined);
      },
    });
    if (original !== undefined) scope.WebSocket = original;
    void transport.blob('x').catch(() => undefined);
    expect(asked).toEqual(['http://server/api/v1/live/sse']);
    transport.close();
  });
});
