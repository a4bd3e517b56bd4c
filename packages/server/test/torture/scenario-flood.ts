import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { webSocket } from '@fleetglass/core';
import { WebSocket } from 'ws';
import { bundleProgram } from '../faults/bundle-program.js';
import type { Attack, AttackResult } from './attacker.js';
import type { ReportBuilder } from './report.js';
import { mostOf } from './report.js';
import type { Scene, Stage } from './stage.js';
import { createStage, hurriedClock, wait } from './stage.js';

const TOKEN = 'the-token-of-the-one-who-belongs-here';
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
const VIEWERS = 5;
const ASK_EVERY_MS = 20;
const SAMPLE_EVERY_MS = 250;
/** What the heap may be larger by afterwards: what every first request leaves behind once. */
const HEAP_SLACK = 8 * 1024 * 1024;

/** What Node itself answers to who connected and took too long for its request, before the gateway hears of it. */
const TOO_LATE = '408';

const run = promisify(execFile);

async function attackWith(program: string, attack: Attack): Promise<AttackResult> {
  const { stdout } = await run(process.execPath, [program, JSON.stringify(attack)], { timeout: 600_000 });
  return JSON.parse(stdout) as AttackResult;
}

interface Refusals {
  /** Refusals by code that the gateway counted. */
  readonly [code: string]: number;
}

async function refusals(origin: string): Promise<Refusals> {
  const text = await (await fetch(`${origin}/metrics`, { headers: AUTHORIZED })).text();
  return Object.fromEntries(
    [...text.matchAll(/^fleetglass_refused_total\{code="(\w+)"\} (\d+)$/gm)].map(
      ([, code = '', n]): [string, number] => [code, Number(n)],
    ),
  );
}

const sum = (numbers: Readonly<Record<string, number>>): number =>
  Object.values(numbers).reduce((total, number) => total + number, 0);

const quantile = (sorted: readonly number[], part: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) / 10;

/** Somebody with a token who goes on asking until told to stop. */
function askOn(
  origin: string,
): () => Promise<{ readonly times: readonly number[]; readonly failed: number }> {
  const times: number[] = [];
  let failed = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const since = performance.now();
      const answer = await fetch(`${origin}/api/v1/runs?limit=5`, { headers: AUTHORIZED }).catch(
        () => undefined,
      );
      await answer?.arrayBuffer();
      if (answer?.status === 200) times.push(performance.now() - since);
      else failed += 1;
      await wait(ASK_EVERY_MS);
    }
  })();
  return async () => {
    isOver = true;
    await asking;
    return { times: times.sort((a, b) => a - b), failed };
  };
}

/** Attacks while a viewer asks on, and tells how the viewer and the server fared. */
async function during(
  stage: Stage,
  report: ReportBuilder,
  name: string,
  attack: () => Promise<AttackResult | undefined>,
): Promise<AttackResult | undefined> {
  const stop = askOn(`http://127.0.0.1:${stage.port}`);
  let peakRss = 0;
  const sampler = setInterval(
    () => void stage.server.inspect().then(({ rssBytes }) => (peakRss = Math.max(peakRss, rssBytes))),
    SAMPLE_EVERY_MS,
  );
  const result = await attack();
  clearInterval(sampler);
  const { times, failed } = await stop();
  if (times.length === 0 || failed > 0)
    report.fail(`${name}: the viewer was answered ${times.length} times and not answered ${failed} times`);
  mostOf(report.measured, {
    [`${name}: answers to the viewer`]: times.length,
    [`${name}: p50 ms`]: quantile(times, 0.5),
    [`${name}: p99 ms`]: quantile(times, 0.99),
    [`${name}: rssBytes at most`]: peakRss,
  });
  return result;
}

/**
 * Very many connections that are opened and dropped, and very many that fall silent, while somebody with a token
 * watches and asks: who belongs here is served, every refusal is counted, the silent are let go in time, and memory comes
 * back to its level. Programs of this machine are not exempt from any limit.
 */
export async function flood({ seed, program, report, isSmall }: Scene): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-attacker-'));
  const attacker = await bundleProgram('../torture/attacker', folder);
  const stage = await createStage({
    seed,
    program,
    viewers: VIEWERS,
    filters: [{}],
    server: {
      eventsPerSecond: 50,
      heartbeatMs: 2_000,
      token: TOKEN,
      rateLimits: { exemptLoopback: false, requestsPerToken: 1_000_000 },
      limits: { maxConnectionsPerAddress: 10_000 },
    },
    nodeFlags: ['--expose-gc'],
    transport: (url, random) => webSocket({ url, WebSocket, token: TOKEN, random, clock: hurriedClock }),
  });
  const { port } = stage;
  const origin = `http://127.0.0.1:${port}`;
  const flooding = (connections: number): Promise<AttackResult> =>
    attackWith(attacker, { kind: 'flood', port, connections, atOnce: isSmall ? 100 : 1_000 });
  try {
    await stage.until(() => stage.viewers.find(({ isOpen }) => !isOpen)?.name);
    // What is made once for each kind of request is made before anything is measured.
    await flooding(isSmall ? 400 : 4_000);
    await during(stage, report, 'calm', () => wait(isSmall ? 1_000 : 5_000).then(() => undefined));
    const before = await stage.server.inspect('memory');
    const counted = sum(await refusals(origin));

    const connections = isSmall ? 2_000 : 50_000;
    const flooded = await during(stage, report, 'flood', () => flooding(connections));
    report.inject('connection opened and dropped', connections);
    const { answers = {}, seconds = 1 } = flooded ?? {};
    for (const [status, count] of Object.entries(answers)) report.detected[`flood: ${status}`] = count;
    const refused = sum(
      Object.fromEntries(
        Object.entries(answers).filter(([status]) => Number(status) >= 400 && status !== TOO_LATE),
      ),
    );
    const countedNow = sum(await refusals(origin)) - counted;
    if (refused === 0 || countedNow !== refused)
      report.fail(`${refused} connections were refused and ${countedNow} refusals counted`);

    const silences = isSmall ? 250 : 5_000;
    const silent = await during(stage, report, 'silent', () =>
      attackWith(attacker, { kind: 'silent', port, connections: silences }),
    );
    report.inject('connection fallen silent', silences);
    // Some may never have come further than the system's queue; of them the server knows nothing.
    report.detected['silent: let go'] = silent?.answers['ended'] ?? 0;
    for (const [where, ms] of Object.entries(silent?.longestMs ?? {}))
      report.measured[`silent ${where}: longest ms`] = ms;

    // The viewers, what asks for requests, and nobody else.
    for (let tries = 0; (await stage.server.inspect()).sockets > VIEWERS + 4; tries += 1) {
      if (tries > 100) {
        report.fail('connections of the attackers stayed open');
        break;
      }
      await wait(100);
    }
    const after = await stage.server.inspect('memory');
    mostOf(report.measured, {
      connectionsASecond: Math.round(connections / seconds),
      'rssBytes before': before.rssBytes,
      'rssBytes after': after.rssBytes,
      'heapBytes before': before.heapBytes,
      'heapBytes after': after.heapBytes,
    });
    if (after.heapBytes > before.heapBytes + HEAP_SLACK)
      report.fail(`the heap grew from ${before.heapBytes} to ${after.heapBytes} bytes`);
    await stage.finish(report);
  } finally {
    await stage.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
