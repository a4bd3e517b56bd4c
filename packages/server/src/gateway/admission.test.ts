import { createSimulatedClock } from '@fleetglass/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAdmission } from './admission.js';

const asker = { address: '192.0.2.1', isLocal: false };

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
