// Ten thousand viewers of a thousand runs in one server process: what an event costs, when it arrives, and memory.
import { report } from '../lib/measure.mjs';
import { openPair } from '../wire/pair.mjs';

const VIEWERS = 10_000;
const RUNS = 1_000;
/** Events a second; each goes to the ten viewers of its run. */
const RATE = 2_000;
const SECONDS = 5;

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
