// CPU of a run at 100 events a second with everything on (SQLite log, gateway, one viewer in another process), against
// the same run without Fleetglass.
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
  if (url) {
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
for (let round = 0; round < 5; round += 1) {
  unwatched.push(await run('unwatched'));
  watched.push(await run('watched'));
}
const shares = (runs) => runs.map((entry) => entry.share);
report('CPU of the run, unwatched', shares(unwatched), '% of a core');
report('CPU of the run, watched at 100 events/s', shares(watched), '% of a core');
const difference = watched.map((entry, index) => entry.share - unwatched[index].share);
report('monitoring', difference, '% of a core', { max: 2 });
report('monitoring, an event', median(difference) * 100, 'µs CPU');
process.exit();
