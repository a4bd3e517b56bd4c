import { systemClock, webSocket } from '@fleetglass/core';
import { WebSocket } from 'ws';
import { mostOf } from './report.js';
import type { Scene } from './stage.js';
import { createStage } from './stage.js';
import { RECORDED_RUNS } from './writer.js';

/** Events that all viewers together are given a second: the program that plays them folds and digests each. */
const DELIVERIES_A_SECOND = 10_000;
const MOST_EVENTS_A_SECOND = 50;

/** Most moments, in order, that lie within one second. */
function mostInASecond(moments: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < moments.length; last += 1) {
    while ((moments[last] ?? 0) - (moments[first] ?? 0) >= 1_000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/**
 * The server is killed while many viewers watch, and all of them come back with the patience that the product gives
 * them and within the bounds that it sets to strangers: how spread out, how soon, and at what cost is told.
 */
export async function reconnectStorm({ seed, budgetMs, program, report, viewers }: Scene): Promise<void> {
  const deadline = performance.now() + budgetMs;
  const filters = RECORDED_RUNS.map((runId) => ({ runId }));
  do {
    const stage = await createStage({
      seed: seed + report.rounds,
      program,
      viewers,
      filters,
      server: {
        eventsPerSecond: Math.min(MOST_EVENTS_A_SECOND, (DELIVERIES_A_SECOND * filters.length) / viewers),
        heartbeatMs: 5_000,
        // They stand for people at as many addresses.
        limits: { maxConnectionsPerAddress: viewers * 2 },
        rateLimits: { exemptLoopback: false },
      },
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
      mostOf(report.measured, {
        backAfterMs,
        mostOpenedInASecond: mostInASecond(
          stage.viewers.map(({ openedAt }) => openedAt).sort((a, b) => a - b),
        ),
        // With those that were asked to come later.
        connects: connects.reduce((sum, count) => sum + count, 0),
        stateReads,
        cpuMs: Math.round(cpuMs),
      });
      for (const { name, noticed } of stage.viewers) {
        const anew = Object.keys(noticed).filter((what) => what.startsWith('snapshot'));
        if (anew.length > 0) report.fail(`${name} began anew instead of going on: ${anew.join()}`);
      }
      // Whoever had come no further than to connect shares the state of its run.
      if (stateReads > RECORDED_RUNS.length) report.fail(`${stateReads} states were read for one restart`);
      await stage.finish(report);
    } finally {
      await stage.dispose();
    }
  } while (performance.now() < deadline && report.failures.length === 0);
}
