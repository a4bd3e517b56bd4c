import type { TortureReport } from './report.js';
import { createReport } from './report.js';
import { wrongClocks } from './scenario-clock.js';
import { flood } from './scenario-flood.js';
import { badFrames } from './scenario-frames.js';
import { killLoop } from './scenario-kill.js';
import { networkFaults } from './scenario-proxy.js';
import { slowConsumers } from './scenario-slow.js';
import { soak } from './scenario-soak.js';
import { reconnectStorm } from './scenario-storm.js';
import type { Scene } from './stage.js';
import { serverProgram } from './stage.js';

/** Everything that is done to the product, by name, in the order in which it is done. */
export const SCENARIOS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  kill: killLoop,
  proxy: networkFaults,
  slow: slowConsumers,
  frames: badFrames,
  clock: wrongClocks,
  storm: reconnectStorm,
  flood,
  soak,
};

/** Runs one scenario. What it throws is a failure as well. */
export async function torture(
  name: string,
  options: Pick<Scene, 'seed' | 'budgetMs' | 'isSmall'> & Partial<Pick<Scene, 'viewers'>>,
): Promise<TortureReport> {
  const scenario = SCENARIOS[name];
  if (!scenario)
    throw new Error(`There is no scenario ${name}; there are ${Object.keys(SCENARIOS).join(', ')}.`);
  const report = createReport(name, options.seed);
  const program = await serverProgram();
  await scenario({ viewers: 200, ...options, program, report }).catch((error: unknown) =>
    report.fail(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  return report.finish();
}
