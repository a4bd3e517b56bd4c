// One publisher to a thousand sockets over loopback: the rate that is sustained, and the delay at a low rate.
import { median, ratios, report } from '../lib/measure.mjs';
import { climb, openPair } from '../wire/pair.mjs';

const SOCKETS = 1_000;
const LOW_RATE = 100;
const peers = {
  fleetglass: 'ours',
  ws: 'peer: ws, a frame an event',
  socketio: 'peer: socket.io',
  sse: 'peer: SSE',
  wsBatch: 'floor: ws, 10 ms batches',
};
const startRates = { fleetglass: 800, ws: 100, socketio: 100, sse: 200, wsBatch: 800 };

const low = { fleetglass: { p50: [], p99: [], cpu: [] }, ws: { p50: [], p99: [], cpu: [] } };
for (let round = 0; round < 5; round += 1) {
  for (const kind of Object.keys(low)) {
    const pair = await openPair(kind, SOCKETS);
    await pair.publish(LOW_RATE, 0.5);
    const result = await pair.publish(LOW_RATE, 2);
    pair.close();
    if (!result.complete) throw new Error(`${kind} lost events at ${LOW_RATE} events/s.`);
    low[kind].p50.push(result.p50);
    low[kind].p99.push(result.p99);
    low[kind].cpu.push(result.cpuPerDelivery);
  }
}
report('100 events/s, p50: ours', low.fleetglass.p50, 'ms');
report('100 events/s, p50: peer: ws', low.ws.p50, 'ms');
report('100 events/s, p99: ours', low.fleetglass.p99, 'ms', { max: 10, guide: true });
report('100 events/s, p99: peer: ws', low.ws.p99, 'ms');
report('100 events/s, p99: ours ÷ ws', median(low.fleetglass.p99) / median(low.ws.p99), '×', {
  max: 1.3,
  guide: true,
});
report('100 events/s, server CPU a delivery: ours', low.fleetglass.cpu, 'µs');
report('100 events/s, server CPU a delivery: peer: ws', low.ws.cpu, 'µs');
report('100 events/s, server CPU: ours ÷ ws', ratios(low.fleetglass.cpu, low.ws.cpu), '×', { max: 1.3 });

const sustained = {};
for (const kind of Object.keys(peers)) {
  const pair = await openPair(kind, SOCKETS);
  sustained[kind] = await climb(pair, startRates[kind]);
  pair.close();
  const bar = kind === 'fleetglass';
  report(
    `sustained: ${peers[kind]}`,
    sustained[kind].rate,
    'events/s',
    bar ? { min: 2_000, guide: true } : undefined,
  );
  report(
    `CPU a delivery at that rate: ${peers[kind]}`,
    sustained[kind].result?.cpuPerDelivery ?? Number.NaN,
    'µs',
    bar ? { max: 0.2, guide: true } : undefined,
  );
}
report('sustained: ours ÷ ws', sustained.fleetglass.rate / sustained.ws.rate, '×', { min: 4 });
report('sustained: ours ÷ socket.io', sustained.fleetglass.rate / sustained.socketio.rate, '×', { min: 4 });
