import { createSeededRandom } from '@fleetglass/core/testing';
import type { FaultProxy } from './fault-proxy.js';
import { createFaultProxy } from './fault-proxy.js';
import { createFrameMutator } from './frame-mutator.js';
import type { Scene } from './stage.js';
import { createStage, overWebSocket, wait } from './stage.js';

const ROUND_MS = 20_000;
const SMALL_ROUND_MS = 2_000;

/** Frames from the server are repeated, swapped, lost, broken and forged on their way. */
export async function badFrames({ seed, budgetMs, program, report, isSmall }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  do {
    const random = createSeededRandom(seed + report.rounds);
    let isCalm = false;
    const mutator = createFrameMutator({
      random,
      // One of a hundred; more where there is little time.
      rate: () => (isCalm ? 0 : isSmall ? 0.05 : 0.01),
      injected: (kind) => report.inject(kind),
    });
    let proxy: FaultProxy | undefined;
    const stage = await createStage({
      seed: seed + report.rounds,
      program,
      viewers: 12,
      server: { heartbeatMs: 250 },
      // The mutilated frames are those of WebSockets.
      transport: (url, viewerRandom) => overWebSocket(url, viewerRandom),
      async through(targetPort) {
        proxy = await createFaultProxy({
          targetPort,
          rewrite: (direction) => (direction === 'down' ? mutator.rewrite() : undefined),
        });
        return proxy.port;
      },
    });
    try {
      const begun = performance.now();
      const end = isSmall ? begun + SMALL_ROUND_MS : Math.min(deadline, begun + ROUND_MS);
      while (performance.now() < end) {
        stage.command();
        await wait(500);
      }
      await stage.finish(report, () => void (isCalm = true));
    } finally {
      await stage.dispose();
      await proxy?.close();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
