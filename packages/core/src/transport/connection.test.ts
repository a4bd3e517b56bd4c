import { afterEach, describe, expect, it, vi } from 'vitest';
import { EVERYTHING } from '../protocol/filter.js';
import type { Clock } from '../lib/clock.js';
import { scriptedCarrier } from '../testing/scripted-carrier.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { TokenSource } from './carrier.js';
import { createRemoteTransport } from './remote-transport.js';

function setUp({ token, clock }: { token?: TokenSource; clock?: Clock } = {}) {
  const simulated = createSimulatedClock();
  const carrier = scriptedCarrier();
  const transport = createRemoteTransport(carrier, {
    url: '',
    clock: clock ?? simulated,
    random: () => 1,
    ...(token === undefined ? {} : { token }),
  });
  const errors: string[] = [];
  const subscribe = () =>
    transport.subscribe(
      { filter: EVERYTHING, position: () => undefined },
      { snapshot: () => undefined, events: () => undefined, error: ({ code }) => errors.push(code) },
    );
  const { wire, wires } = carrier;
  return { clock: simulated, transport, subscribe, wire, wires, errors };
}

/** A page whose events can be sent. */
function stubPage(): (type: string) => void {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  return (type) => page.dispatchEvent(new Event(type));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a connection', () => {
  it('is one for all subscribers, also when they leave and come back at once, as in StrictMode', async () => {
    const { clock, subscribe, wire, wires, transport } = setUp();
    subscribe().close();
    const [one, other] = [subscribe(), subscribe()];
    wire().hello();
    expect(wires).toHaveLength(1);
    expect(wire().sent.map(({ frame }) => frame)).toEqual(['subscribe', 'subscribe']);
    expect(transport.status.carrier).toBe('webSocket');
    one.close();
    other.close();
    subscribe();
    await clock.advance(1_000);
    expect(wires).toHaveLength(1);
    expect(wire().end).toBe('open');
  });

  it.each(['online', 'pageshow', 'visibilitychange', 'resume'])(
    'tries at once on %s, unless the server said when to come back',
    async (type) => {
      const send = stubPage();
      const { clock, subscribe, wire, wires, transport } = setUp();
      subscribe();
      for (let i = 0; i < 5; i += 1) {
        wire().lose();
        await clock.advance((transport.status.retryAt ?? 0) - clock.now());
      }
      wire().lose();
      send(type);
      await clock.advance(0);
      expect(wires).toHaveLength(7);
      wire().lose('RATE_LIMITED', { retryAfterMs: 5_000 });
      send(type);
      await clock.advance(4_999);
      expect(wires).toHaveLength(7);
      transport.close();
      send(type);
      expect(clock.pending).toBe(0);
    },
  );

  it('finds out at once that the link died while the machine slept, though one clock slept too', async () => {
    const send = stubPage();
    const simulated = createSimulatedClock();
    const { subscribe, wire, transport } = setUp({ clock: { ...simulated, monotonic: () => 0 } });
    subscribe();
    wire().hello();
    simulated.sleep(3_600_000);
    send('resume');
    expect(transport.status.phase).toBe('reconnecting');
    expect(wire().end).toBe('dead');
  });

  it('makes one connection after eight hours in which every timer slept, not one for each that was due', async () => {
    const send = stubPage();
    const { clock, subscribe, wire, wires, transport } = setUp();
    subscribe();
    wire().hello();
    clock.sleep(8 * 3_600_000);
    // Timers that are late run first, then the page is told that it woke up; browsers also do it the other way round.
    await clock.advance(0);
    for (const type of ['resume', 'pageshow', 'online', 'visibilitychange']) send(type);
    await clock.advance(0);
    expect(wires.map(({ end }) => end)).toEqual(['dead', 'open']);
    wire().hello();
    expect(transport.status.phase).toBe('open');
    expect(wire().sent.map(({ frame }) => frame)).toEqual(['subscribe']);
    // And stays: nothing that was due in the night comes after it.
    for (let second = 0; second < 60; second += 1) {
      wire().say({ frame: 'heartbeat' });
      await clock.advance(1_000);
    }
    expect(wires.map(({ end }) => end)).toEqual(['dead', 'open']);
    expect(clock.pending).toBe(1);
  });

  it('goes on over the connection that it has when eight hours passed in which the server was heard', async () => {
    const { clock, subscribe, wire, wires } = setUp();
    subscribe();
    wire().hello();
    for (let second = 0; second < 8 * 3_600; second += 1) {
      wire().say({ frame: 'heartbeat' });
      await clock.advance(1_000);
    }
    expect(wires).toHaveLength(1);
    expect(clock.pending).toBe(1);
  });

  it('tries rarely while the browser says that it is offline, and at once when it is no longer', async () => {
    const send = stubPage();
    vi.stubGlobal('navigator', { onLine: false });
    const { clock, subscribe, wire, wires } = setUp();
    subscribe();
    wire().lose();
    await clock.advance(29_999);
    expect(wires).toHaveLength(1);
    await clock.advance(1);
    expect(wires).toHaveLength(2);
    wire().lose();
    vi.stubGlobal('navigator', { onLine: true });
    send('online');
    await clock.advance(0);
    expect(wires).toHaveLength(3);
  });

  it.each([
    [100, 600],
    [8_000, 10_000],
  ])(
    'comes back %d ms later as it was told, and at most at %d: a fixed time does not bring all at once',
    async (told, latest) => {
      const { clock, subscribe, wire, wires, transport } = setUp();
      subscribe();
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        wire().lose('SHUTTING_DOWN', { retryAfterMs: told });
        expect((transport.status.retryAt ?? 0) - clock.now()).toBe(latest);
        await clock.advance(latest);
        expect(wires).toHaveLength(attempt + 1);
      }
    },
  );

  it('treats a second hello as a new beginning', () => {
    const { subscribe, wire } = setUp();
    subscribe();
    wire().hello();
    wire().hello({ epoch: 'f' });
    expect(wire().sent.map(({ frame }) => frame)).toEqual(['subscribe', 'subscribe']);
  });
});

describe('a token that ends', () => {
  const start = Date.UTC(2026, 0, 1);
  /** Lives `lifeMs` from when it is asked for. */
  function source(lifeMs: number) {
    const state = { asked: 0, isDown: false, now: () => start };
    const token = (): { token: string; expiresAt: number } => {
      state.asked += 1;
      if (state.isDown) throw new Error('the token service is down');
      return { token: `token ${state.asked}`, expiresAt: state.now() + lifeMs };
    };
    return { state, token };
  }
  async function openWith(lifeMs: number) {
    const { state, token } = source(lifeMs);
    const system = setUp({ token });
    state.now = system.clock.now;
    system.subscribe();
    await system.clock.advance(0);
    system.wire().hello();
    /** Lets time pass with a sign of life every second. */
    const live = async (ms: number): Promise<void> => {
      for (let i = 0; i < ms / 1_000; i += 1) {
        await system.clock.advance(999);
        system.wire().say({ frame: 'heartbeat' });
        await system.clock.advance(1);
      }
    };
    const tokens = (): string[] =>
      system.wire().sent.flatMap((frame) => (frame.frame === 'auth' ? [frame.token] : []));
    return { ...system, state, live, tokens };
  }

  it('is replaced a minute before, on the open connection', async () => {
    const { live, tokens, wires, state } = await openWith(600_000);
    await live(539_000);
    expect(state.asked).toBe(1);
    await live(2_000);
    expect(tokens()).toEqual(['token 2']);
    await live(540_000);
    expect(tokens()).toEqual(['token 2', 'token 3']);
    expect(wires).toHaveLength(1);
  });

  it('is replaced in the middle of a short life', async () => {
    const { live, tokens } = await openWith(20_000);
    await live(9_000);
    expect(tokens()).toEqual([]);
    await live(2_000);
    expect(tokens()).toEqual(['token 2']);
  });

  it('is asked for again when its source fails, without harm to the connection', async () => {
    const { live, tokens, state, wires } = await openWith(100_000);
    state.isDown = true;
    await live(60_000);
    expect(tokens()).toEqual([]);
    state.isDown = false;
    await live(2_000);
    expect(tokens()).toHaveLength(1);
    expect(wires).toHaveLength(1);
  });

  it('that is refused on the open connection leads to a new one, and to the end when it is refused there', async () => {
    const { clock, wire, wires, transport, errors } = await openWith(600_000);
    wire().say({ frame: 'error', error: { code: 'UNAUTHENTICATED', message: 'It has ended.' } });
    wire().lose();
    expect(transport.status.phase).toBe('reconnecting');
    await clock.advance(500);
    expect(wires.map(({ token }) => token)).toEqual(['token 1', 'token 2']);
    wire().lose('UNAUTHENTICATED');
    expect(transport.status.phase).toBe('failed');
    expect(errors).toEqual(['UNAUTHENTICATED']);
  });

  it('without a source cannot be replaced', () => {
    const { subscribe, wire, transport } = setUp({ token: 'fixed' });
    subscribe();
    wire().hello();
    wire().lose('UNAUTHENTICATED');
    expect(transport.status.phase).toBe('failed');
  });
});
