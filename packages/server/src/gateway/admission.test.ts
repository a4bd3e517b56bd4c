import { createSeededRandom, createSimulatedClock } from '@fleetglass/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAdmission } from './admission.js';

const asker = { address: '192.0.2.1', isLocal: false };

it('tells each of ten thousand who come at once a turn at which it is let in, most of them at the first', async () => {
  const clock = createSimulatedClock();
  const admission = createAdmission({
    maxConnections: 20_000,
    maxConnectionsPerAddress: 20_000,
    newConnectionsPerSecond: 1_500,
    exemptLoopback: false,
    clock,
    random: createSeededRandom(1),
  });
  let attempts = 0;
  let entered = 0;
  const knock = (): void => {
    attempts += 1;
    const refusal = admission.refusal(entered, asker);
    if (refusal) void clock.setTimeout(knock, Number(refusal.details?.['retryAfterMs']));
    else entered += 1;
  };
  for (let viewer = 0; viewer < 10_000; viewer += 1) knock();
  await clock.advance(9_000);
  expect(entered).toBe(10_000);
  expect(attempts).toBeLessThan(2.5 * entered);
});

it('lets no more than so many in within any second, and nobody wait who comes later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 200 }),
      async (newConnectionsPerSecond, pauses) => {
        const clock = createSimulatedClock();
        const admission = createAdmission({
          maxConnections: 1_000,
          maxConnectionsPerAddress: 1_000,
          newConnectionsPerSecond,
          exemptLoopback: false,
          clock,
          random: () => 0.5,
        });
        const entered: number[] = [];
        for (const pause of pauses) {
          await clock.advance(pause);
          const now = clock.monotonic();
          const within = entered.filter((at) => now - at < 1_000).length;
          const refusal = admission.refusal(0, asker);
          expect(refusal?.code).toBe(within < newConnectionsPerSecond ? undefined : 'SHUTTING_DOWN');
          if (!refusal) entered.push(now);
        }
      },
    ),
  );
});
