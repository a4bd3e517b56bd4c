import { toFleetglassError } from '../errors/fleetglass-error.js';
import { createDeferred } from '../lib/deferred.js';
import { encodeState } from '../projection/state-codec.js';
import { encodeCursor } from '../protocol/cursor.js';
import type { Command } from '../protocol/command.js';
import type { Cursor } from '../protocol/cursor.js';
import type { EventInput, FleetEvent } from '../protocol/event.js';
import { compileFilter, EVERYTHING } from '../protocol/filter.js';
import type { Filter } from '../protocol/filter.js';
import type { Delivery, Transport } from '../transport/transport.js';
import { collect } from './collect.js';
import type { ContractApi } from './contract-api.js';
import { createFakeHost } from './fake-host.js';
import type { FakeHost } from './fake-host.js';

/** A transport that serves a host, and ways to disturb it. */
export interface TransportHarness {
  readonly transport: Transport;
  close(): Promise<void> | void;
  /** Ends the server and starts it again over the same host. */
  restart?(): Promise<void>;
  /** Breaks the connection without a word. */
  cut?(): void;
  /** Lets time pass where it is simulated. */
  settle?(): Promise<void>;
}

/** What the transport under test is made by. */
export interface TransportContractOptions {
  readonly name: string;
  create(host: FakeHost): Promise<TransportHarness>;
}

const line = (runId: string, message: string): EventInput => ({
  type: 'log.written',
  runId,
  data: { level: 'info', message },
});
const lines = (runId: string, count: number): EventInput[] =>
  Array.from({ length: count }, (_, index) => line(runId, `line ${index}`));

/** The cases that every {@link Transport} passes; the runner comes as an argument. */
export function transportContract(
  { describe, it, expect }: ContractApi,
  options: TransportContractOptions,
): void {
  const scenario = (
    title: string,
    run: (host: FakeHost, harness: TransportHarness) => Promise<void>,
  ): void => {
    it(title, async () => {
      const host = createFakeHost();
      const harness = await options.create(host);
      try {
        await run(host, harness);
      } finally {
        await harness.close();
        await host.store.close();
      }
    });
  };

  const seqs = (events: readonly FleetEvent[]): number[] => events.map(({ seq }) => seq);
  /** The deliveries follow each other without a hole or an overlap. */
  const expectContiguous = (deliveries: readonly Delivery[], start: number): void => {
    let next = start;
    for (const { from, to } of deliveries) {
      expect(from).toBe(next);
      next = to + 1;
    }
  };
  const start = (host: FakeHost): Cursor => encodeCursor({ epoch: host.log.epoch, seq: 0 });

  describe(`transport: ${options.name}`, () => {
    scenario('begins with a snapshot when there is no cursor, then goes on live', async (host, harness) => {
      await host.append(...lines('a', 3));
      const seen = collect(harness);
      await seen.reached(3);
      await host.append(...lines('a', 2));
      await seen.reached(5);
      expect(seen.snapshots.map(({ seq, reason }) => [seq, reason])).toEqual([[3, 'start']]);
      expect(seqs(seen.events)).toEqual([4, 5]);
      seen.following.close();
    });

    scenario(
      'continues after a cursor with each event once, in order, and as it was stored',
      async (host, harness) => {
        await host.append(...lines('a', 2_500));
        const seen = collect(harness, EVERYTHING, encodeCursor({ epoch: host.log.epoch, seq: 10 }));
        // Written while the past is still being read.
        for (let i = 0; i < 20; i += 1) await host.append(line('a', `late ${i}`));
        await seen.reached(2_520);
        const stored: FleetEvent[] = [];
        for (let from = 11; from <= 2_520;) {
          const page = await host.log.read({ from });
          stored.push(...page.events);
          from = page.to + 1;
        }
        expect(seen.snapshots).toEqual([]);
        expect(seen.events).toEqual(stored);
        expectContiguous(seen.deliveries, 11);
        seen.following.close();
      },
    );

    scenario('selects by filter and covers what it leaves out', async (host, harness) => {
      const filter: Filter = { runId: 'b', types: ['log'] };
      await host.append(...lines('a', 5), ...lines('b', 5));
      const seen = collect(harness, filter, start(host));
      await seen.reached(10);
      await host.append(...lines('b', 3), ...lines('a', 3), line('b', 'last'));
      await seen.reached(17);
      const matches = compileFilter(filter);
      expect(seen.events.every(matches)).toBe(true);
      expect(seqs(seen.events)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 17]);
      expectContiguous(seen.deliveries, 1);
      seen.following.close();
    });

    scenario(
      'serves subscribers of the same events at different positions side by side',
      async (host, harness) => {
        await host.append(...lines('a', 1_200));
        const behind = collect(harness, EVERYTHING, start(host));
        const ahead = collect(harness, EVERYTHING, encodeCursor({ epoch: host.log.epoch, seq: 1_200 }));
        await host.append(...lines('a', 5));
        await Promise.all([behind.reached(1_205), ahead.reached(1_205)]);
        expect(behind.events).toHaveLength(1_205);
        expect(seqs(ahead.events)).toEqual([1_201, 1_202, 1_203, 1_204, 1_205]);
        behind.following.close();
        await host.append(line('a', 'more'));
        await ahead.reached(1_206);
        expect(behind.events).toHaveLength(1_205);
        ahead.following.close();
      },
    );

    scenario('says so and starts anew for a cursor of another life of the log', async (host, harness) => {
      await host.append(...lines('a', 3));
      const other = collect(harness, EVERYTHING, encodeCursor({ epoch: 'other', seq: 1 }));
      const beyond = collect(harness, EVERYTHING, encodeCursor({ epoch: host.log.epoch, seq: 99 }));
      await Promise.all([other.reached(3), beyond.reached(3)]);
      expect(other.snapshots.map(({ reason }) => reason)).toEqual(['epoch']);
      expect(other.events).toEqual([]);
      await host.append(line('a', 'next'));
      await other.reached(4);
      expect(seqs(other.events)).toEqual([4]);
      other.following.close();
      beyond.following.close();
    });

    scenario('refuses a malformed cursor and serves the others', async (host, harness) => {
      const errors: string[] = [];
      const refused = createDeferred<undefined>();
      harness.transport.subscribe(
        { filter: EVERYTHING, position: () => 'nonsense' as Cursor },
        {
          snapshot: () => errors.push('snapshot'),
          events: () => errors.push('events'),
          error(error) {
            errors.push(error.code);
            refused.resolve(undefined);
          },
        },
      );
      const seen = collect(harness, EVERYTHING, start(host));
      await host.append(line('a', 'one'));
      await Promise.all([refused.promise, seen.reached(1)]);
      expect(errors).toEqual(['CURSOR_INVALID']);
      seen.following.close();
    });

    scenario('carries commands with their answers, each id once', async (host, harness) => {
      const { transport } = harness;
      host.onCommand((command) => (command.type === 'start' ? { runId: 'new' } : undefined));
      expect(await transport.command({ type: 'start', name: 'demo', input: { a: [1] } }, 'c1')).toEqual({
        ok: true,
        result: { runId: 'new' },
      });
      expect(await transport.command({ type: 'start', name: 'demo', input: { a: [1] } }, 'c1')).toEqual({
        ok: true,
        result: { runId: 'new' },
      });
      expect(await transport.command({ type: 'pause', runId: 'a' }, 'c2')).toEqual({ ok: true });
      const ofRun: Command = { type: 'acknowledge', runId: 'a', alertId: 'x'.repeat(300) };
      const ofFleet: Command = { type: 'acknowledge', alertId: 'budget:fleet:day:7' };
      expect(await transport.command(ofRun, 'c3')).toEqual({ ok: true });
      expect(await transport.command(ofFleet, 'c4')).toEqual({ ok: true });
      expect(host.received.map(({ command, context }) => [command, context.commandId])).toEqual([
        [{ type: 'start', name: 'demo', input: { a: [1] } }, 'c1'],
        [{ type: 'pause', runId: 'a' }, 'c2'],
        [ofRun, 'c3'],
        [ofFleet, 'c4'],
      ]);
    });

    scenario(
      'answers a command for a run that ended with its code and changes nothing',
      async (host, harness) => {
        await host.append({ type: 'run.completed', runId: 'a', data: {} });
        const result = await harness.transport.command({ type: 'cancel', runId: 'a' }, 'c1');
        expect(result.ok ? 'ok' : result.error.code).toBe('RUN_ENDED');
        expect(host.received).toEqual([]);
        expect(host.log.head()).toBe(1);
      },
    );

    scenario('reads ranges and past states as the log itself does', async (host, harness) => {
      const { transport } = harness;
      await host.append(...lines('a', 30), ...lines('b', 30));
      for (const query of [
        { from: 1 },
        { from: 5, to: 45, filter: { runId: 'b' }, limit: 7 },
        { from: 61 },
      ]) {
        expect(await transport.readRange(query)).toEqual(await host.log.read(query));
      }
      const cursor = encodeCursor({ epoch: host.log.epoch, seq: 40 });
      const [past, wanted] = await Promise.all([
        transport.stateAt(cursor, { runId: 'a' }),
        host.log.stateAt(40, { runId: 'a' }),
      ]);
      expect(past.seq).toBe(wanted.seq);
      expect(encodeState(past.state)).toEqual(encodeState(wanted.state));
    });

    scenario('fetches blobs and tells when there is none', async (host, harness) => {
      const bytes = Uint8Array.from({ length: 3_000 }, (_, index) => index % 256);
      const ref = await host.store.putBlob(bytes, 'application/octet-stream');
      const blob = await harness.transport.blob(ref);
      expect(blob?.mediaType).toBe('application/octet-stream');
      expect([...(blob?.bytes ?? [])]).toEqual([...bytes]);
      expect(await harness.transport.blob('sha256-none')).toBe(undefined);
    });

    scenario('keeps a subscription going on after it was asked to restart', async (host, harness) => {
      await host.append(...lines('a', 4));
      let position = 0;
      const ranges: number[][] = [];
      const reached = createDeferred<undefined>();
      const subscription = harness.transport.subscribe(
        { filter: EVERYTHING, position: () => encodeCursor({ epoch: host.log.epoch, seq: position }) },
        {
          snapshot: () => undefined,
          events({ from, to }) {
            ranges.push([from, to]);
            if (to === 4 && position === 0) {
              position = 2;
              subscription.restart();
            } else if (from === 3) reached.resolve(undefined);
          },
          error: (error) => reached.reject(error),
        },
      );
      await reached.promise;
      expect(ranges.at(-1)).toEqual([3, 4]);
      subscription.close();
    });

    scenario('is over for everyone once it is closed', async (host, harness) => {
      const { transport } = harness;
      const seen = collect(harness);
      await seen.reached(0);
      const phases: string[] = [];
      transport.onStatus(({ phase }) => phases.push(phase));
      transport.close();
      transport.close();
      await host.append(line('a', 'unseen'));
      expect(transport.status.phase).toBe('closed');
      expect(phases).toEqual(['closed']);
      expect(seen.events).toEqual([]);
      const code = await transport.command({ type: 'pause', runId: 'a' }, 'c').then(
        () => 'answered',
        (error: unknown) => toFleetglassError(error).code,
      );
      expect(code).toBe('DISCONNECTED');
    });

    scenario('loses and repeats nothing over cuts and restarts', async (host, harness) => {
      const whole = collect(harness, EVERYTHING, start(host));
      const part = collect(harness, { runId: 'b' }, start(host));
      for (let round = 1; round <= 6; round += 1) {
        await host.append(...lines('a', 3), ...lines('b', 2));
        if (round % 2 === 0) await whole.reached(round * 5 - 5);
        if (round === 2 || round === 5) harness.cut?.();
        if (round === 3) await harness.restart?.();
      }
      await Promise.all([whole.reached(30), part.reached(30)]);
      expect(seqs(whole.events)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(seqs(part.events)).toEqual([4, 5, 9, 10, 14, 15, 19, 20, 24, 25, 29, 30]);
      expect([...whole.snapshots, ...part.snapshots]).toEqual([]);
      expectContiguous(whole.deliveries, 1);
      expectContiguous(part.deliveries, 1);
      whole.following.close();
      part.following.close();
    });
  });
}
