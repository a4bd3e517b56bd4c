// One publisher to many viewers over loopback: the rate that is sustained, the delay at a low rate, and memory.
import { median, ratios, report } from '../lib/measure.mjs';
import { climb, openPair } from '../wire/pair.mjs';

const SOCKETS = 1_000;
const FEW_SOCKETS = 100;
const LOW_RATE = 100;
const peers = {
  fleetglass: 'ours',
  fleetglassSse: 'ours, plain event stream',
  ws: 'peer: ws, a frame an event',
  socketio: 'peer: socket.io',
  sse: 'peer: SSE by hand',
  betterSse: 'peer: better-sse',
  wsBatch: 'floor: ws, 10 ms batches',
};
const kinds = Object.keys(peers);
const atLowRate = kinds.filter((kind) => kind !== 'wsBatch');
const startRates = {
  [SOCKETS]: {
    fleetglass: 800,
    fleetglassSse: 800,
    ws: 100,
    socketio: 100,
    sse: 200,
    betterSse: 60,
    wsBatch: 800,
  },
  [FEW_SOCKETS]: {
    fleetglass: 8_000,
    fleetglassSse: 8_000,
    ws: 1_000,
    socketio: 1_000,
    sse: 2_000,
    betterSse: 800,
    wsBatch: 8_000,
  },
};
const LEAST = { [SOCKETS]: 2_000, [FEW_SOCKETS]: 22_000 };

const low = Object.fromEntries(
  atLowRate.map((kind) => [kind, { p50: [], p99: [], cpu: [], idle: [], busy: [] }]),
);
for (let round = 0; round < 5; round += 1) {
  for (const kind of atLowRate) {
    const pair = await openPair(kind, SOCKETS);
    low[kind].idle.push(await pair.memory());
    await pair.publish(LOW_RATE, 0.5);
    const result = await pair.publish(LOW_RATE, 2);
    low[kind].busy.push(await pair.memory());
    pair.close();
    if (!result.complete) throw new Error(`${kind} lost events at ${LOW_RATE} events/s.`);
    low[kind].p50.push(result.p50);
    low[kind].p99.push(result.p99);
    low[kind].cpu.push(result.cpuPerDelivery);
  }
}
for (const kind of atLowRate) {
  const isOurs = kind === 'fleetglass';
  const { p50, p99, cpu, idle, busy } = low[kind];
  report(`100 events/s, p50: ${peers[kind]}`, p50, 'ms');
  report(`100 events/s, p99: ${peers[kind]}`, p99, 'ms', isOurs ? { max: 10, guide: true } : undefined);
  report(
    `100 events/s, server CPU a delivery: ${peers[kind]}`,
    cpu,
    'µs',
    isOurs ? { max: 4, guide: true } : undefined,
  );
  report(
    `memory a connection, idle: ${peers[kind]}`,
    idle,
    'kB',
    isOurs ? { max: 20, guide: true } : undefined,
  );
  report(
    `memory a connection, busy: ${peers[kind]}`,
    busy,
    'kB',
    isOurs ? { max: 50, guide: true } : undefined,
  );
}
report('100 events/s, p99: ours ÷ ws', median(low.fleetglass.p99) / median(low.ws.p99), '×', {
  max: 1.3,
  guide: true,
});
report('100 events/s, server CPU: ours ÷ ws', ratios(low.fleetglass.cpu, low.ws.cpu), '×', { max: 1.3 });

for (const sockets of [SOCKETS, FEW_SOCKETS]) {
  const sustained = {};
  for (const kind of kinds) {
    const pair = await openPair(kind, sockets);
    sustained[kind] = await climb(pair, startRates[sockets][kind]);
    pair.close();
    const isOurs = kind === 'fleetglass';
    report(
      `sustained to ${sockets}: ${peers[kind]}`,
      sustained[kind].rate,
      'events/s',
      isOurs ? { min: LEAST[sockets], guide: true } : undefined,
    );
    report(
      `CPU a delivery at that rate, ${sockets}: ${peers[kind]}`,
      sustained[kind].result?.cpuPerDelivery ?? Number.NaN,
      'µs',
      isOurs ? { max: 0.2, guide: true } : undefined,
    );
  }
  for (const peer of ['ws', 'socketio']) {
    report(`sustained to ${sockets}: ours ÷ ${peer}`, sustained.fleetglass.rate / sustained[peer].rate, '×', {
      min: 4,
    });
  }
}
