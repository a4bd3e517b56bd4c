import { lineThrough } from './regression.js';
import type { Scene } from './stage.js';
import { createStage, hurriedClock, overEveryTransport, wait } from './stage.js';
import { createViewer } from './viewer.js';
import { RECORDED_RUNS } from './writer.js';

/** Viewers who come and go at a time. */
const VISITORS = 20;
/** Samples of a soak, evenly spread. */
const SAMPLES = 200;
const LEAST_SAMPLES = 12;
/** Turns of visitors, however little time there is: what each leaves behind has to show. */
const LEAST_VISITS = 30;
const LEAST_SAMPLE_MS = 250;
const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** What the heap may rise in an hour, once everything has been used. */
const MOST_RISE_AN_HOUR = MIB;
/** A rise below this, whatever its time, cannot be told from compiling, caches and windows that fill. */
const LEAST_RISE = 2 * MIB;

const secondHalf = <T>(samples: readonly T[]): readonly T[] => samples.slice(Math.floor(samples.length / 2));

/**
 * Viewers come and go for as long as there is time while some stay; memory of the server is sampled after collecting
 * garbage. Its slope is judged over the second half, when everything has been used once: the line through its samples,
 * less twice its standard error.
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
    const isEnough = (visits: number): boolean =>
      visits >= LEAST_VISITS && heap.length >= LEAST_SAMPLES && performance.now() - begun >= budgetMs;
    for (let visit = 0; !isEnough(visit); visit += 1) {
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
      await stage.until(() => visitors.find(({ position }) => position === 0)?.name);
      for (const visitor of visitors) {
        for (const what of visitor.broken) report.fail(`${visitor.name} ${what}`);
        visitor.close();
      }
      const now = performance.now() - begun;
      if (now < nextSample) continue;
      nextSample = now + Math.max(LEAST_SAMPLE_MS, budgetMs / SAMPLES);
      const { heapBytes, rssBytes } = await stage.server.inspect('memory');
      heap.push([now, heapBytes]);
      rss.push([now, rssBytes]);
    }
    const [heapLine, rssLine] = [lineThrough(secondHalf(heap)), lineThrough(secondHalf(rss))];
    const inAnHour = (bytesAMs: number): number => Math.round(bytesAMs * HOUR_MS);
    Object.assign(report.measured, {
      samples: heap.length,
      heapBytes: heap.at(-1)?.[1] ?? 0,
      rssBytes: rss.at(-1)?.[1] ?? 0,
      heapSlopeBytesAnHour: inAnHour(heapLine.slope),
      heapSlopeErrorBytesAnHour: inAnHour(heapLine.error),
      rssSlopeBytesAnHour: inAnHour(rssLine.slope),
    });
    const rise = (heapLine.slope - 2 * heapLine.error) * heapLine.length;
    if (rise > Math.max(LEAST_RISE, (heapLine.length / HOUR_MS) * MOST_RISE_AN_HOUR))
      report.fail(`the heap rose by at least ${Math.round(rise)} bytes in ${Math.round(heapLine.length)} ms`);
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
