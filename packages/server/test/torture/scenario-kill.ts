import type { Scene } from './stage.js';
import { createStage, logUniform, wait } from './stage.js';

/** Kills of one round; after them its log is compared, and the next one begins with an empty one. */
const KILLS_A_ROUND = 25;

/**
 * The server is killed at random moments and started again over the same file, while events are written, runs are
 * worked on and viewers watch.
 */
export async function killLoop({ seed, budgetMs, program, report, isSmall }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  // The moments of the small one are as random, only closer together.
  const latest = isSmall ? 600 : 5_000;
  do {
    const stage = await createStage({ seed: seed + report.rounds, program, viewers: 9 });
    try {
      for (let kill = 0; kill < KILLS_A_ROUND && performance.now() < deadline; kill += 1) {
        if (kill % 2 === 0) stage.command();
        await wait(logUniform(stage.random, 50, latest));
        await stage.server.kill();
        report.inject('kill -9 of the server');
        await stage.server.restart();
        const [begun, { head }] = [performance.now(), stage.server.begun];
        if (kill % 10 !== 9) continue;
        // Now and then everyone may come back before the next one: how long does that take?
        await stage.caughtUp(head);
        const slowest = Math.round(performance.now() - begun);
        report.measured['mostMsUntilAllWereBack'] = Math.max(
          report.measured['mostMsUntilAllWereBack'] ?? 0,
          slowest,
        );
      }
      await stage.finish(report);
    } finally {
      await stage.dispose();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
