// CPU of a run at 100 events a second with everything on (SQLite log, gateway, one viewer in another process), against
// the same run without Fleetglass, and against the least that keeps and shows the same events: one plain SQLite insert
// and one `ws` frame each.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createMonitor, webSocket } from '@fleetglass/core/client';
import WebSocket from 'ws';
import { median, report } from '../lib/measure.mjs';

const SECONDS = 4;
const child = fileURLToPath(new URL('../overhead/run.mjs', import.meta.url));

async function run(mode) {
  const process_ = fork(child, [mode, String(SECONDS)], { execArgv: ['--no-warnings'] });
  const [{ url }] = await once(process_, 'message');
  let monitor;
  if (mode === 'plain') {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.on('message', () => undefined);
  } else if (url) {
    monitor = createMonitor({
      transport: webSocket({ url: `${url.replace('http', 'ws')}/api/v1/live`, WebSocket }),
    });
    const ready = new Promise((resolve) => {
      monitor.subscribe(() => monitor.getSnapshot().ready && resolve());
    });
    await ready;
  }
  const answer = once(process_, 'message');
  process_.send('go');
  const [{ cpuMicros, wallMicros }] = await answer;
  const seen = monitor?.getSnapshot().head ?? 0;
  if (monitor && seen < SECONDS * 100) throw new Error(`The viewer saw only ${seen} events.`);
  if (process_.exitCode === null) await once(process_, 'close');
  monitor?.dispose();
  return { share: (cpuMicros / wallMicros) * 100, cpuMicros };
}

const watched = [];
const unwatched = [];
const plain = [];
for (let round = 0; round < 5; round += 1) {
  unwatched.push(await run('unwatched'));
  watched.push(await run('watched'));
  plain.push(await run('plain'));
}
const shares = (runs) => runs.map((entry) => entry.share);
report('CPU of the run, unwatched', shares(unwatched), '% of a core');
report('CPU of the run, watched at 100 events/s', shares(watched), '% of a core');
report('floor: a plain insert and a frame an event', shares(plain), '% of a core');
const above = (runs) => runs.map((entry, index) => entry.share - unwatched[index].share);
report('monitoring', above(watched), '% of a core', { max: 2, guide: true });
report('monitoring, an event', median(above(watched)) * 100, 'µs CPU');
report('floor, an event', median(above(plain)) * 100, 'µs CPU');
report('monitoring ÷ floor', median(above(watched)) / median(above(plain)), '×', { max: 2 });
process.exit();
