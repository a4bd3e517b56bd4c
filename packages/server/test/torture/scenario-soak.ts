import type { Scene } from './stage.js';
import { createStage, hurriedClock, overEveryTransport, wait } from './stage.js';
import { createViewer } from './viewer.js';
import { RECORDED_RUNS } from './writer.js';

/** Viewers who come and go at a time. */
const VISITORS = 20;
const SAMPLE_EVERY_MS = 2_000;

/** Bytes an hour that a line through samples of `[ms, bytes]` rises. */
function slopeOf(samples: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [middleX, middleY] = [mean(samples.map(([x]) => x)), mean(samples.map(([, y]) => y))];
  const covariance = mean(samples.map(([x, y]) => (x - middleX) * (y - middleY)));
  const variance = mean(samples.map(([x]) => (x - middleX) ** 2));
  return variance === 0 ? 0 : (covariance / variance) * 3_600_000;
}

/**
 * Viewers come and go for as long as there is time while some stay; memory of the server is sampled after collecting
 * garbage. Its slope is told for the second half, when everything has been used once.
 */
export async function soak({ seed, budgetMs, program, report }: Scene): Promise<void> {
  const stage = await createStage({
    seed,
    program,
    viewers: 9,
    server: { eventsPerSecond: 200, heartbeatMs: 2_000 },
    nodeFlags: ['--expose-gc'],
  });
  try {
    const url = `http://127.0.0.1:${stage.port}/api/v1/live`;
    const begun = performance.now();
    const heap: (readonly [number, number])[] = [];
    const rss: (readonly [number, number])[] = [];
    let nextSample = 0;
    await stage.caughtUp(1);
    const { sockets: socketsBefore } = await stage.server.inspect();
    for (let visit = 0; performance.now() - begun < budgetMs; visit += 1) {
      const visitors = Array.from({ length: VISITORS }, (_, index) =>
        createViewer({
          name: `visitor ${index}`,
          transport: overEveryTransport(url, stage.random, index),
          filter: { runId: RECORDED_RUNS[index % RECORDED_RUNS.length] as string },
          random: stage.random,
          clock: hurriedClock,
        }),
      );
      report.inject('viewer that came and went', VISITORS);
      for (const visitor of visitors) visitor.onChange(stage.changed);
      await stage.until(() => visitors.find(({ position }) => position === 0)?.name);
      for (const visitor of visitors) {
        for (const what of visitor.broken) report.fail(`${visitor.name} ${what}`);
        visitor.close();
      }
      const now = performance.now() - begun;
      if (now < nextSample) continue;
      nextSample = now + SAMPLE_EVERY_MS;
      const { heapBytes, rssBytes } = await stage.server.inspect('memory');
      heap.push([now, heapBytes]);
      rss.push([now, rssBytes]);
    }
    const half = <T>(samples: readonly T[]): readonly T[] => samples.slice(Math.floor(samples.length / 2));
    Object.assign(report.measured, {
      samples: heap.length,
      heapBytes: heap.at(-1)?.[1] ?? 0,
      rssBytes: rss.at(-1)?.[1] ?? 0,
      heapSlopeBytesAnHour: Math.round(slopeOf(half(heap))),
      rssSlopeBytesAnHour: Math.round(slopeOf(half(rss))),
    });
    // Connections that were kept for a next request may take a while to go.
    for (let tries = 0; (await stage.server.inspect()).sockets > socketsBefore + VISITORS * 4; tries += 1) {
      if (tries > 100) {
        report.fail('connections of viewers who left stayed open');
        break;
      }
      await wait(100);
    }
    await stage.finish(report);
  } finally {
    await stage.dispose();
  }
}
