import { systemClock, webSocket } from '@fleetglass/core';
import { WebSocket } from 'ws';
import type { Scene } from './stage.js';
import { createStage } from './stage.js';
import { RECORDED_RUNS } from './writer.js';

/**
 * The server is killed while many viewers watch, and all of them come back with the patience that the product gives
 * them: how spread out, how soon, and at what cost is told.
 */
export async function reconnectStorm({ seed, budgetMs, program, report, isSmall }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  do {
    const stage = await createStage({
      seed: seed + report.rounds,
      program,
      viewers: isSmall ? 200 : 1_000,
      filters: RECORDED_RUNS.map((runId) => ({ runId })),
      server: { eventsPerSecond: 50, heartbeatMs: 5_000 },
      transport: (url, random) => webSocket({ url, WebSocket, random, clock: systemClock }),
    });
    try {
      await stage.until(() => stage.viewers.find(({ isOpen }) => !isOpen)?.name);
      await stage.caughtUp((await stage.server.inspect()).head);
      await stage.server.kill();
      report.inject('kill -9 under many viewers');
      await stage.server.restart();
      const begun = performance.now();
      await stage.caughtUp(stage.server.begun.head + 1);
      const backAfterMs = Math.round(performance.now() - begun);
      const { connects, stateReads, cpuMs } = await stage.server.inspect();
      const mostInASecond = Math.max(
        ...connects.map((_, at) => connects.slice(at, at + 10).reduce((sum, count) => sum + count, 0)),
      );
      Object.assign(report.measured, { backAfterMs, mostInASecond, stateReads, cpuMs: Math.round(cpuMs) });
      // Everyone goes on from a position; whoever begins anew shares the state of its run.
      if (stateReads > RECORDED_RUNS.length) report.fail(`${stateReads} states were read for one restart`);
      await stage.finish(report);
    } finally {
      await stage.dispose();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
