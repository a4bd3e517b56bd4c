import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FleetglassError } from '../src/errors/fleetglass-error.js';
import { createDeferred } from '../src/lib/deferred.js';
import type { Deferred } from '../src/lib/deferred.js';
import { createSeededRandom } from '../src/testing/seeded-random.js';
import { createSimulatedClock } from '../src/testing/simulated-clock.js';
import type { Carrier, WireHandler } from '../src/transport/carrier.js';
import { createConnection } from '../src/transport/connection.js';
import type { ConnectionStatus } from '../src/transport/transport.js';

const HEARTBEAT_MS = 1_000;
const TOLD_MS = 40_000;
/** What a server may ask for, the longest delay on top of it, and one attempt that is not answered. */
const HEALED_WITHIN_MS = TOLD_MS + 30_000 + 10_000;

const hello = (protocol = 1) => ({
  frame: 'hello',
  protocol,
  heartbeatMs: HEARTBEAT_MS,
  epoch: 'e',
  maxFrameBytes: 1_000,
});
const error = (
  code: 'DISCONNECTED' | 'RATE_LIMITED' | 'UNAUTHENTICATED' | 'FORBIDDEN_ORIGIN',
  details = {},
) => new FleetglassError(code, code, { details });

interface ScriptedWire {
  readonly handler: WireHandler;
  isClosed: boolean;
}

/** Where a connection can stand: `waiting` and `asking` are parts of the phases `connecting` and `reconnecting`. */
type State = 'idle' | 'asking' | 'connecting' | 'open' | 'waiting' | 'failed' | 'closed';

function setUp(random: () => number = () => 1) {
  const clock = createSimulatedClock();
  const wires: ScriptedWire[] = [];
  const asked: Deferred<string>[] = [];
  const heard: unknown[] = [];
  let isHealed = false;
  let isAnswered = true;
  const carrier: Carrier = {
    open(_token, handler) {
      const wire: ScriptedWire = { handler, isClosed: false };
      wires.push(wire);
      if (isHealed) void Promise.resolve().then(() => handler.heard(JSON.stringify(hello())));
      return { carrier: 'webSocket', send: () => undefined, close: () => (wire.isClosed = true) };
    },
  };
  const statuses: ConnectionStatus[] = [];
  const connection = createConnection(
    {
      carrier,
      clock,
      random,
      token() {
        const deferred = createDeferred<string>();
        isAnswered = false;
        void deferred.promise.then(
          () => (isAnswered = true),
          () => (isAnswered = true),
        );
        asked.push(deferred);
        if (isHealed) deferred.resolve('token');
        return deferred.promise;
      },
    },
    {
      opened: () => heard.push('hello'),
      frame: (frame) => heard.push(frame),
      changed: (status) => statuses.push(status),
    },
  );
  /** The one that is heard, or the last one that was. */
  const wire = () => wires.at(-1);
  const live = () => wires.filter(({ isClosed }) => !isClosed);
  const state = (): State => {
    const { phase, retryAt } = connection.status;
    if (phase !== 'connecting' && phase !== 'reconnecting') return phase;
    if (retryAt !== undefined) return 'waiting';
    return live().length > 0 ? 'connecting' : 'asking';
  };
  const lose = (loss: FleetglassError): void => {
    const lost = wire();
    lost?.handler.lost(loss);
  };
  const say = (frame: unknown): void => wire()?.handler.heard(frame);

  /** Everything that can happen to a connection. */
  const events = {
    open: () => connection.open(),
    token: () => asked.at(-1)?.resolve('token'),
    tokenRejected: () => asked.at(-1)?.reject(new Error('the token service is down')),
    hello: () => say(JSON.stringify(hello())),
    newerHello: () => say(hello(99)),
    heartbeat: () => say('{"frame":"heartbeat"}'),
    life: () => say(undefined),
    badFrame: () => say('{"frame":"eve'),
    unknownFrame: () => say({ frame: 'of a later version' }),
    lost: () => lose(error('DISCONNECTED')),
    busy: () => lose(error('RATE_LIMITED', { retryAfterMs: TOLD_MS })),
    refused: () => lose(error('UNAUTHENTICATED')),
    forbidden: () => lose(error('FORBIDDEN_ORIGIN')),
    wake: () => dispatchEvent(new Event('online')),
    sleep: () => clock.sleep(3_600_000),
    rest: () => connection.rest(),
    close: () => connection.close(),
  };
  const carryOut = async (event: keyof typeof events): Promise<void> => {
    events[event]();
    await clock.advance(0);
  };
  return {
    clock,
    connection,
    carryOut,
    heard,
    state,
    statuses,
    wires,
    live,
    isAsked: () => !isAnswered,
    heal() {
      isHealed = true;
      asked.at(-1)?.resolve('token');
    },
  };
}

type Event = Parameters<ReturnType<typeof setUp>['carryOut']>[0];

const page = new EventTarget();
beforeEach(() => {
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const)
    vi.stubGlobal(name, page[name].bind(page));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** How each state is reached. */
const WAYS: Readonly<Record<State, readonly Event[]>> = {
  idle: [],
  asking: ['open'],
  connecting: ['open', 'token'],
  open: ['open', 'token', 'hello'],
  waiting: ['open', 'token', 'hello', 'lost'],
  failed: ['open', 'token', 'refused'],
  closed: ['open', 'token', 'hello', 'close'],
};

/** The state after an event; one that is not named changes nothing. `time` lets the next timer come. */
const TRANSITIONS: Readonly<Record<State, Readonly<Partial<Record<Event | 'time', State>>>>> = {
  idle: { open: 'asking', close: 'closed' },
  asking: {
    token: 'connecting',
    tokenRejected: 'waiting',
    time: 'waiting',
    sleep: 'waiting',
    rest: 'idle',
    close: 'closed',
  },
  connecting: {
    hello: 'open',
    newerHello: 'failed',
    badFrame: 'waiting',
    lost: 'waiting',
    busy: 'waiting',
    refused: 'failed',
    forbidden: 'failed',
    time: 'waiting',
    sleep: 'waiting',
    rest: 'idle',
    close: 'closed',
  },
  open: {
    newerHello: 'failed',
    badFrame: 'waiting',
    lost: 'waiting',
    busy: 'waiting',
    // A token that served until now: its source may have another.
    refused: 'waiting',
    forbidden: 'failed',
    time: 'waiting',
    sleep: 'waiting',
    rest: 'idle',
    close: 'closed',
  },
  waiting: { time: 'asking', wake: 'asking', sleep: 'asking', rest: 'idle', close: 'closed' },
  failed: { close: 'closed' },
  closed: {},
};

const STATES = Object.keys(WAYS) as State[];
const EVENTS = [
  'open',
  'token',
  'tokenRejected',
  'hello',
  'newerHello',
  'heartbeat',
  'life',
  'badFrame',
  'unknownFrame',
  'lost',
  'busy',
  'refused',
  'forbidden',
  'wake',
  'sleep',
  'rest',
  'close',
] as const satisfies readonly Event[];
/** When the next timer comes. */
const TIMERS: Readonly<Partial<Record<State, number>>> = {
  asking: 10_000,
  connecting: 10_000,
  open: 2 * HEARTBEAT_MS,
  waiting: 500,
};

/** `PBT_NUM_RUNS=40000` makes more than a million steps. */
const RUNS = Number(process.env['PBT_NUM_RUNS'] ?? 300);

describe('the states of a connection', { timeout: 60_000 + RUNS * 100 }, () => {
  const rows = STATES.flatMap((from) =>
    ([...EVENTS, 'time'] as const).map((event) => [from, event, TRANSITIONS[from][event] ?? from] as const),
  );
  it.each(rows)('%s, %s: %s', async (from, event, to) => {
    const { clock, carryOut, state } = setUp();
    for (const step of WAYS[from]) await carryOut(step);
    expect(state()).toBe(from);
    if (event === 'time') await clock.advance(TIMERS[from] ?? 3_600_000);
    else await carryOut(event);
    expect(state()).toBe(to);
  });

  it('keeps one wire and one timer, hears nothing of old wires, is never stuck, and is open soon after all is well', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<readonly Event[]>(['token', 'hello']) },
      { weight: 3, arbitrary: fc.constantFrom<Event>('open', 'token', 'hello', 'lost') },
      { weight: 4, arbitrary: fc.constantFrom(...EVENTS.filter((event) => event !== 'close')) },
      { weight: 3, arbitrary: fc.nat(40_000) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(), async (steps, seed) => {
        const system = setUp(createSeededRandom(seed));
        const { clock, connection, state, live, wires, heard } = system;
        const check = (): void => {
          const now = state();
          const isResting = now === 'idle' || now === 'closed' || now === 'failed';
          expect(clock.pending).toBe(isResting ? 0 : 1);
          expect(live().length).toBe(now === 'connecting' || now === 'open' ? 1 : 0);
          if (now === 'asking') expect(system.isAsked()).toBe(true);
        };
        for (const each of steps.flat()) {
          if (typeof each === 'number') await clock.advance(each);
          else await system.carryOut(each);
          for (const lost of wires.filter(({ isClosed }) => isClosed)) {
            const before = [heard.length, connection.status];
            lost.handler.heard(hello());
            lost.handler.lost(error('FORBIDDEN_ORIGIN'));
            expect([heard.length, connection.status]).toEqual(before);
          }
          check();
        }
        system.heal();
        connection.open();
        if (state() === 'failed') return;
        for (let waited = 0; state() !== 'open' && waited <= HEALED_WITHIN_MS; waited += 500) {
          await clock.advance(500);
          if (state() === 'failed') return;
        }
        expect(state()).toBe('open');
        connection.close();
        check();
      }),
      { numRuns: RUNS },
    );
  });
});
