// REST reads of a gateway over SQLite, in a process of its own: one after the other, each at a new position of the log so
// that nothing is answered from memory; then many a second while events come in. FLEETGLASS_BENCH_EVENTS sets how many
// events are stored.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFleet } from '../rest/fleet.mjs';
import { percentile, report } from '../lib/measure.mjs';

const EVENTS = Number(process.env.FLEETGLASS_BENCH_EVENTS ?? 1_000_000);
const ROUNDS = 60;
const TOKEN = 'a-token-of-the-bench-only';
const RATE = 500;
const SECONDS = 6;
const STARTS = 9;
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = at('../rest/gateway.mjs');
const folder = mkdtempSync(join(tmpdir(), 'fleetglass-bench-rest-'));
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const children = new Set();

function ask(url, path) {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    request(`${url}${path}`, { agent, headers: { authorization: `Bearer ${TOKEN}` } }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}.`));
        else resolve(performance.now() - from);
      });
    })
      .on('error', reject)
      .end();
  });
}

/** Starts a gateway. @returns it, and the milliseconds from its process to its first answer */
async function start(file, path, of = program) {
  const from = performance.now();
  const child = fork(of, [file, TOKEN], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.add(child);
  const [{ url }] = await once(child, 'message');
  await ask(url, path);
  return { child, url, ms: performance.now() - from };
}

/** Starts `fleetglass serve` as an operator does. @returns the milliseconds from its process to its first answer */
async function serve(file) {
  const from = performance.now();
  const child = spawn(
    process.execPath,
    [at('../../packages/server/bin/fleetglass.js'), 'serve', '--store', file, '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { FLEETGLASS_TOKEN: TOKEN },
    },
  );
  children.add(child);
  const [line] = await once(child.stdout, 'data');
  await ask(JSON.parse(String(line).split('\n')[0]).url, '/api/v1/status');
  return { child, ms: performance.now() - from };
}

async function stop({ child }) {
  child.kill();
  await once(child, 'exit');
  children.delete(child);
}

const append = async (child, count) => {
  child.send({ append: count });
  await once(child, 'message');
};

try {
  const cold = [];
  const floor = [];
  const mounted = [];
  for (let i = 0; i < STARTS; i += 1) {
    for (const [times, begin] of [
      [cold, () => serve(join(folder, `served-${i}.db`))],
      [floor, () => start('', '/', at('../rest/floor.mjs'))],
      [mounted, () => start(join(folder, `mounted-${i}.db`), '/api/v1/status')],
    ]) {
      const started = await begin();
      times.push(started.ms);
      await stop(started);
    }
  }
  report('cold start of `fleetglass serve` to its first answer', cold, 'ms', { max: 300, guide: true });
  report('cold start: floor: node:http alone', floor, 'ms');
  report('cold start of a program that mounts the gateway, its modules not bundled', mounted, 'ms');

  const file = join(folder, 'fleet.db');
  const head = await writeFleet(file, EVENTS);
  const events = `${head.toLocaleString('en')} events`;
  const gateway = await start(file, '/api/v1/status');
  report(`start over ${events} to the first status`, gateway.ms, 'ms');

  const reads = {
    'list of runs': '/api/v1/runs?limit=50',
    'runs by cost': '/api/v1/runs?sort=cost&status=completed&limit=50',
    'one run': '/api/v1/runs/run_live',
    agents: '/api/v1/agents?limit=50',
    tasks: '/api/v1/tasks?status=completed&limit=50',
    history: '/api/v1/history?text=review&analyst=true&limit=50',
    performance: '/api/v1/metrics/performance',
    status: '/api/v1/status',
    logs: '/api/v1/logs?limit=50',
    'burn rate': '/api/v1/metrics/burn-rate',
  };
  const sums = {
    totals: '/api/v1/metrics/costs?by=model,role',
    breakdowns: '/api/v1/metrics/costs',
    'trend by day': '/api/v1/metrics/trends?period=day',
    'trend by hour': '/api/v1/metrics/trends?period=hour&by=model',
  };
  await append(gateway.child, 1);
  for (const [group, max] of [
    [reads, 20],
    [sums, 50],
  ]) {
    for (const [name, path] of Object.entries(group)) {
      const times = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        await append(gateway.child, 1);
        times.push(await ask(gateway.url, path));
      }
      report(`${name}, p95 with ${events}`, percentile(times, 0.95), 'ms', { max, guide: true });
    }
  }

  const paths = [...Object.values(reads), ...Object.values(sums)];
  const times = [];
  const pending = [];
  const begun = performance.now();
  let sent = 0;
  while (sent < RATE * SECONDS) {
    const due = Math.min(RATE * SECONDS, Math.floor(((performance.now() - begun) / 1_000) * RATE));
    for (; sent < due; sent += 1) {
      const path = paths[sent % paths.length];
      pending.push(ask(gateway.url, path).then((ms) => times.push(ms)));
      if (sent % 5 === 0) gateway.child.send({ append: 1 });
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  const seconds = (performance.now() - begun) / 1_000;
  report(`answers, ${RATE} asked a second, 100 events/s meanwhile`, times.length / seconds, '/s', {
    min: RATE * 0.95,
    guide: true,
  });
  report(`p95 at ${RATE} requests/s`, percentile(times, 0.95), 'ms', { max: 50, guide: true });
  await stop(gateway);
} finally {
  for (const child of children) child.kill();
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
