import { mostOf } from './report.js';
import type { Scene } from './stage.js';
import { createStage, logUniform, wait } from './stage.js';

/** Kills of one round; after them its log is compared, and the next one begins with an empty one. */
const KILLS_A_ROUND = 25;
const KILLS_A_SMALL_ROUND = 3;
/** Servers that are killed beside each other: each of them mostly waits for its next kill. */
const LANES = 3;

/**
 * Servers are killed at random moments and started again over the same file, while events are written, runs are worked
 * on and viewers watch.
 */
export async function killLoop(scene: Scene): Promise<void> {
  const deadline = performance.now() + scene.budgetMs;
  let rounds = 0;
  const lane = async (): Promise<void> => {
    do {
      rounds += 1;
      await killRound(scene, scene.seed + rounds - 1, deadline);
    } while (performance.now() < deadline && scene.report.failures.length === 0);
  };
  await Promise.all(Array.from({ length: scene.isSmall ? 1 : LANES }, lane));
}

async function killRound({ program, report, isSmall }: Scene, seed: number, deadline: number): Promise<void> {
  // The moments of the small one are as random, only closer together.
  const latest = isSmall ? 600 : 5_000;
  const kills = isSmall ? KILLS_A_SMALL_ROUND : KILLS_A_ROUND;
  const stage = await createStage({ seed, program, viewers: 9 });
  try {
    for (let kill = 0; kill < kills && (isSmall || performance.now() < deadline); kill += 1) {
      if (kill % 2 === 0) stage.command();
      await wait(logUniform(stage.random, 50, latest));
      await stage.server.kill();
      report.inject('kill -9 of the server');
      const killed = performance.now();
      await stage.server.restart();
      const begun = performance.now();
      mostOf(report.measured, { mostMsUntilItServedAgain: Math.round(begun - killed) });
      if (kill % 10 !== 9) continue;
      // Now and then everyone may come back before the next one: how long does that take?
      await stage.caughtUp(stage.server.begun.head);
      mostOf(report.measured, { mostMsUntilAllWereBack: Math.round(performance.now() - begun) });
    }
    await stage.finish(report);
  } finally {
    await stage.dispose();
  }
}
