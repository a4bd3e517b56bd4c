import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../src/projection/reduce.js';
import { encodeState } from '../src/projection/state-codec.js';
import type { FleetState } from '../src/projection/state.js';
import { decodeCursor, encodeCursor } from '../src/protocol/cursor.js';
import type { FleetEvent } from '../src/protocol/event.js';
import { compileFilter } from '../src/protocol/filter.js';
import type { Filter } from '../src/protocol/filter.js';
import type { ClientFrame, ServerFrame } from '../src/protocol/frame.js';
import { createSeededRandom } from '../src/testing/seeded-random.js';
import { createSimulatedClock } from '../src/testing/simulated-clock.js';
import type { Carrier, WireHandler } from '../src/transport/carrier.js';
import { follow } from '../src/transport/follow.js';
import { createRemoteTransport } from '../src/transport/remote-transport.js';

const HEARTBEAT_MS = 1_000;
const RUNS = ['a', 'b'];
const FILTERS: readonly Filter[] = [{}, { runId: 'a' }, { types: ['run'] }];
const OTHER_EPOCH = 'another-life';

interface Feed {
  readonly id: string;
  readonly channel: number;
  readonly filter: Filter;
  to: number;
}

/** What a gateway says, as simply as it can be said: every frame goes into a queue that the test mistreats. */
function createServer() {
  let epoch = 'life-1';
  let lives = 1;
  let log: FleetEvent[] = [];
  let channels = 0;
  const wires = new Set<{
    handler: WireHandler;
    feeds: Map<string, Feed>;
    queue: string[];
    isNew: boolean;
  }>();
  type Wire = typeof wires extends Set<infer W> ? W : never;
  const say = (wire: Wire, frame: ServerFrame): void => void wire.queue.push(JSON.stringify(frame));
  const tell = (wire: Wire, feed: Feed): void => {
    const events = log.slice(feed.to).filter(compileFilter(feed.filter));
    if (feed.to === log.length) return;
    say(wire, { frame: 'events', channel: feed.channel, from: feed.to + 1, to: log.length, events });
    feed.to = log.length;
  };
  const receive = (wire: Wire, frame: ClientFrame): void => {
    if (frame.frame === 'unsubscribe') wire.feeds.delete(frame.id);
    if (frame.frame !== 'subscribe') return;
    const { id, filter, cursor } = frame;
    const position = cursor === undefined ? undefined : decodeCursor(cursor);
    const goesOn = position?.epoch === epoch && position.seq <= log.length;
    const feed: Feed = { id, channel: (channels += 1), filter, to: goesOn ? position.seq : log.length };
    wire.feeds.set(id, feed);
    const at = encodeCursor({ epoch, seq: feed.to });
    say(wire, { frame: 'subscribed', id, channel: feed.channel, cursor: at });
    if (!goesOn) {
      const state = encodeState(reduce(emptyState(), log.filter(compileFilter(filter))));
      say(wire, { frame: 'snapshot', id, cursor: at, reason: position ? 'epoch' : 'start', state });
    }
    tell(wire, feed);
  };
  const carrier: Carrier = {
    open(_token, handler) {
      const wire: Wire = { handler, feeds: new Map(), queue: [], isNew: true };
      wires.add(wire);
      return {
        carrier: 'webSocket',
        send: (frame) => receive(wire, frame),
        close: () => void wires.delete(wire),
      };
    },
  };
  return {
    carrier,
    get log() {
      return log;
    },
    append(count: number, random: () => number) {
      for (let i = 0; i < count; i += 1) {
        const seq = log.length + 1;
        const runId = RUNS[Math.floor(random() * RUNS.length)] as string;
        const own = { v: 1, seq, time: seq, id: `${epoch}-${seq}`, runId } as const;
        const event =
          random() < 0.5
            ? { ...own, type: 'run.labelled', data: { labels: { at: `${epoch} ${seq}` } } }
            : { ...own, type: 'log.written', data: { level: 'info', message: `${seq}` } };
        log.push(event);
      }
      for (const wire of wires) for (const feed of wire.feeds.values()) tell(wire, feed);
    },
    /** The log is another one from now on; everyone is cut off. */
    restart() {
      lives += 1;
      epoch = `life-${lives}`;
      log = [];
      for (const { handler } of wires) handler.lost({ code: 'DISCONNECTED', details: {} } as never);
      wires.clear();
    },
    beat() {
      for (const wire of wires) {
        if (wire.queue.length > 0 || wire.isNew) continue;
        const covered = [...wire.feeds.values()].map(({ channel, to }) => ({ channel, from: to + 1, to }));
        say(wire, { frame: 'heartbeat', covered });
      }
    },
    /** Lets what was said arrive, as `mistreat` passes it on. */
    deliver(mistreat: (frames: readonly string[]) => readonly string[]) {
      for (const wire of [...wires]) {
        if (wire.isNew) {
          wire.isNew = false;
          say(wire, { frame: 'hello', protocol: 1, heartbeatMs: HEARTBEAT_MS, epoch, maxFrameBytes: 65_536 });
        }
        for (const text of mistreat(wire.queue.splice(0))) if (wires.has(wire)) wire.handler.heard(text);
      }
    },
  };
}

/** Tells a frame of another life of the log. */
function ofAnotherLife(text: string): string {
  const frame = JSON.parse(text) as { epoch?: string; cursor?: ReturnType<typeof encodeCursor> };
  if (frame.epoch !== undefined) frame.epoch = OTHER_EPOCH;
  if (frame.cursor !== undefined)
    frame.cursor = encodeCursor({ ...decodeCursor(frame.cursor), epoch: OTHER_EPOCH });
  return JSON.stringify(frame);
}

const KINDS = ['duplicate', 'reorder', 'truncate', 'lose', 'other life', 'other stream'] as const;

/** Mistreats frames, but never makes one that is well formed and lies: nobody could tell. */
function createMutator(random: () => number, counts: Map<string, number>) {
  const heard: string[] = [];
  return (rate: number) =>
    (frames: readonly string[]): readonly string[] => {
      const out: string[] = [];
      for (const text of frames) {
        if (heard.push(text) > 30) heard.shift();
        if (random() >= rate) {
          out.push(text);
          continue;
        }
        const kind = KINDS[Math.floor(random() * KINDS.length)] as (typeof KINDS)[number];
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        const isAnswer = /^\{"frame":"(?:hello|subscribed|snapshot)"/.test(text);
        if (kind === 'duplicate') out.push(text, text);
        else if (kind === 'reorder') out.splice(Math.floor(random() * (out.length + 1)), 0, text);
        else if (kind === 'truncate') out.push(text.slice(0, Math.floor(random() * text.length)));
        else if (kind === 'other life') out.push(ofAnotherLife(text));
        else if (kind === 'other stream')
          // Of this viewer's other subscriptions, and of its own earlier ones.
          out.push(heard[Math.floor(random() * heard.length)] ?? text, text);
        // An answer that TCP loses is lost with its connection.
        else if (isAnswer) out.push('');
      }
      return out;
    };
}

interface View {
  state: FleetState;
  /** Whether it was told to forget what it knew. */
  anew: number;
  readonly wrong: string[];
  position: number | undefined;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 6, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 2_500 }) }) },
  { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
);

const withoutHead = (state: FleetState): unknown => {
  const { seq: _seq, time: _time, ...rest } = encodeState(state) as unknown as Record<string, unknown>;
  return rest;
};

describe('the frames of a server', () => {
  it('repeated, swapped, cut short, lost, of another life or stream: the view equals the log, or it began anew', async () => {
    const counts = new Map<string, number>();
    let [begunAnew, restarts] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 40 }),
        fc.constantFrom(0.05, 0.2, 0.5),
        fc.nat(),
        async (steps, rate, seed) => {
          const clock = createSimulatedClock();
          const random = createSeededRandom(seed);
          const server = createServer();
          const mutate = createMutator(random, counts);
          const transport = createRemoteTransport(server.carrier, { url: 'ws://server', clock, random });
          const views = FILTERS.map((filter): { view: View; close: () => void } => {
            const view: View = { state: emptyState(), anew: 0, wrong: [], position: undefined };
            const following = follow(
              transport,
              { filter },
              {
                snapshot({ state, seq }) {
                  view.state = state;
                  view.position = seq;
                  view.anew += 1;
                },
                events({ from, to, events }) {
                  if (from !== (view.position ?? 0) + 1) view.wrong.push(`${from} after ${view.position}`);
                  view.position = to;
                  view.state = reduce(view.state, events);
                },
                error: ({ code }) => view.wrong.push(code),
              },
              { clock, random },
            );
            return { view, close: () => following.close() };
          });
          const pass = async (ms: number, share: number): Promise<void> => {
            for (let at = 0; at < ms; at += HEARTBEAT_MS / 2) {
              await clock.advance(HEARTBEAT_MS / 2);
              server.beat();
              server.deliver(mutate(share));
            }
          };
          for (const each of steps) {
            if ('append' in each) server.append(each.append, random);
            else if ('pass' in each) await pass(each.pass, rate);
            else {
              server.restart();
              restarts += 1;
            }
          }
          // Nothing is mistreated any more: longer than any wait before another attempt.
          await pass(90_000, 0);
          server.append(1, random);
          await pass(40_000, 0);
          for (const [index, { view, close }] of views.entries()) {
            const wanted = server.log.filter(compileFilter(FILTERS[index] as Filter));
            expect(view.wrong).toEqual([]);
            expect(view.position).toBe(server.log.length);
            expect(withoutHead(view.state)).toEqual(withoutHead(reduce(emptyState(), wanted)));
            begunAnew += view.anew - 1;
            close();
          }
          transport.close();
        },
      ),
      { numRuns: 150 },
    );
    // The property is empty where nothing of it happens.
    for (const kind of KINDS) expect([kind, (counts.get(kind) ?? 0) > 20]).toEqual([kind, true]);
    expect(begunAnew).toBeGreaterThan(20);
    expect(restarts).toBeGreaterThan(20);
  }, 120_000);
});
