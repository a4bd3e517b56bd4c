import { systemClock } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import type { Scene } from './stage.js';
import { createStage, hurriedClock, logUniform, overWebSocket, wait } from './stage.js';

const DAY_MS = 86_400_000;
const JUMPS_A_ROUND = 12;
const JUMPS_A_SMALL_ROUND = 4;

/**
 * The clocks of the server and of every viewer are up to three days wrong, each in its own way, and jump forwards and
 * backwards; now and then the server is killed and comes back with yet another time.
 */
export async function wrongClocks({ seed, budgetMs, program, report, isSmall }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  const jumps = isSmall ? JUMPS_A_SMALL_ROUND : JUMPS_A_ROUND;
  do {
    const skews: number[] = [];
    const stage = await createStage({
      seed: seed + report.rounds,
      program,
      viewers: 9,
      server: { skewMs: (report.rounds % 2 === 0 ? 3 : -3) * DAY_MS },
      transport(url, random, index) {
        skews[index] = Math.round((random() * 6 - 3) * DAY_MS);
        const clock: Clock = { ...hurriedClock, now: () => systemClock.now() + (skews[index] ?? 0) };
        return overWebSocket(url, random, clock);
      },
    });
    try {
      for (let jump = 0; jump < jumps && (isSmall || performance.now() < deadline); jump += 1) {
        stage.command();
        const ms = Math.round((stage.random() * 6 - 3) * DAY_MS);
        // The server's time is in every event: half of the jumps are its own.
        const isServer = stage.random() < 0.5;
        const at = Math.floor(stage.random() * (isServer ? 3 : skews.length));
        if (!isServer) {
          skews[at] = (skews[at] ?? 0) + ms;
          report.inject(ms < 0 ? 'viewer back in time' : 'viewer ahead in time');
        } else if (at === 0) {
          await stage.server.kill();
          await stage.server.restart({ skewMs: ms });
          report.inject('restart with another time');
        } else {
          await stage.server.ask({ ask: 'jump', ms });
          report.inject(ms < 0 ? 'server back in time' : 'server ahead in time');
        }
        await wait(logUniform(stage.random, 50, isSmall ? 400 : 3_000));
      }
      await stage.finish(report);
    } finally {
      await stage.dispose();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
