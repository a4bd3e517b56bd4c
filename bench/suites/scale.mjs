// Ten thousand viewers of a thousand runs in one server process: what an event costs, when it arrives, and memory. With
// FLEETGLASS_BENCH_MINUTES, for so long and with two thousand event streams beside them.
import { report } from '../lib/measure.mjs';
import { openPair } from '../wire/pair.mjs';

const VIEWERS = 10_000;
const RUNS = 1_000;
/** Events a second; each goes to the ten viewers of its run. */
const RATE = 2_000;
const SECONDS = 5;

const MINUTES = Number(process.env.FLEETGLASS_BENCH_MINUTES ?? 0);
const STREAMS = 2_000;

async function shortly() {
  const opening = performance.now();
  const pair = await openPair('fleetglassRuns', VIEWERS, 1 / RUNS);
  report('10,000 viewers: connected within', (performance.now() - opening) / 1_000, 's', {
    max: 15,
    guide: true,
  });
  report('10,000 viewers: memory a connection, idle', await pair.memory(), 'kB', { max: 20, guide: true });
  await pair.publish(RATE, 1);
  const p99 = [];
  const cpu = [];
  for (let round = 0; round < 3; round += 1) {
    const result = await pair.publish(RATE, SECONDS);
    if (!result.complete) throw new Error('Not every viewer got every event of its run.');
    p99.push(result.p99);
    cpu.push(result.cpuPerDelivery);
  }
  report('10,000 viewers, 20,000 deliveries/s: p99', p99, 'ms', { max: 50, guide: true });
  report('10,000 viewers, 20,000 deliveries/s: server CPU a delivery', cpu, 'µs');
  report('10,000 viewers: memory a connection, busy', await pair.memory(), 'kB', { max: 50, guide: true });
  pair.close();
}

/** Each figure is of one minute; none of them may miss an event. */
async function forLong() {
  const pair = await openPair('fleetglassRuns', VIEWERS, 1 / RUNS, STREAMS);
  const viewersOfARun = (VIEWERS + STREAMS) / RUNS;
  /** Twenty thousand deliveries a second, and as many to each run. */
  const rate = (Math.round((20_000 / viewersOfARun / RUNS) * 60) * RUNS) / 60;
  const figures = { p99: [], p999: [], cpu: [], resident: [] };
  let deliveries = 0;
  await pair.publish(rate, 60 / Math.round((rate * 60) / RUNS));
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const result = await pair.publish(rate, 60);
    if (!result.complete)
      throw new Error(`Minute ${minute + 1}: not every viewer got every event of its run.`);
    deliveries += result.deliveries;
    figures.p99.push(result.p99);
    figures.p999.push(result.p999);
    figures.cpu.push(result.cpuPerDelivery);
    figures.resident.push(await pair.resident());
  }
  const what = `10,000 WebSockets and 2,000 event streams, ${MINUTES} min`;
  report(`${what}: deliveries, none missing`, deliveries, '');
  report(`${what}: p99`, figures.p99, 'ms', { max: 50, guide: true });
  report(`${what}: p99.9`, figures.p999, 'ms', { max: 150, guide: true });
  report(`${what}: server CPU a delivery`, figures.cpu, 'µs');
  report(`${what}: memory of the server, minute by minute`, figures.resident, 'MB', {
    max: 512,
    guide: true,
  });
  report(
    `${what}: memory after the last minute ÷ after the first`,
    figures.resident.at(-1) / figures.resident[0],
    '×',
  );
  pair.close();
}

await (MINUTES > 0 ? forLong() : shortly());
