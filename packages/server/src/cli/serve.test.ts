import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeferred, systemClock } from '@fleetglass/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { bundleProgram } from '../../test/faults/bundle-program.js';
import { connectRaw } from '../../test/raw-client.js';
import { createSqliteTokenStore } from '../gateway/token-store.js';
import { createTokens } from '../gateway/tokens.js';
import { createSqliteStore } from '../storage/sqlite-store.js';
import { verifyStore } from '../storage/verify-store.js';
import type { CommandIo } from './command-io.js';
import { runCli } from './run-cli.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-serve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TOKEN = 'a-secret-of-the-operator';

/** Starts `fleetglass serve` in this process and waits until it says where it is. */
async function serve(
  argv: readonly string[],
  env: Record<string, string> = {},
  io: Partial<Pick<CommandIo, 'clock' | 'program'>> = {},
) {
  const abort = new AbortController();
  const url = createDeferred<string>();
  const written = { out: '', err: '' };
  const ended = runCli(['serve', '--store', join(folder, 'fleet.db'), '--port', '0', ...argv], {
    out: (text) => {
      written.out += text;
      const address = /http:\/\/[^"\s]+/.exec(text)?.[0];
      if (address !== undefined) url.resolve(address);
      return Promise.resolve();
    },
    err: (text) => void (written.err += text),
    isTerminal: false,
    env,
    clock: systemClock,
    program: [],
    ...io,
    signal: abort.signal,
  });
  void ended.then((code) => url.reject(new Error(`ended with ${String(code)}: ${written.err}`)));
  return {
    url: await url.promise,
    written,
    end: () => {
      abort.abort();
      return ended;
    },
  };
}

describe('fleetglass serve', () => {
  it('serves a store and its dashboard until it is told to end', async () => {
    const { url, end } = await serve(['--no-dashboard', '--base-path', '/fleet'], {
      FLEETGLASS_TOKEN: TOKEN,
    });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect((await fetch(`${url}/api/v1/live`)).status).toBe(401);
    // The page's own words name a file of the operator: strangers get none.
    for (const path of ['/api/v1/about', '/about.json']) expect((await fetch(url + path)).ok).toBe(false);
    const about = await fetch(`${url}/api/v1/about`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await about.json()).toEqual({ subject: 'fleet.db', isLive: true });
    expect(
      (await fetch(`${url}/v1/traces`, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } }))
        .status,
    ).toBe(415);
    expect(await end()).toBe(0);
    await expect(fetch(`${url}/ready`)).rejects.toThrow();
  });

  it('takes events, tells of itself, and shows what another process writes to its file', async () => {
    const { url, end } = await serve(['--no-dashboard']);
    const event = { v: 1, runId: 'a', type: 'log.written', data: { level: 'info', message: 'posted' } };
    const posted = await fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([event]),
    });
    expect(posted.status).toBeLessThan(300);
    const viewer = await connectRaw(url);
    viewer.send({ frame: 'subscribe', id: 's', filter: {} });
    await viewer.next('snapshot');
    const other = createSqliteStore({ file: join(folder, 'fleet.db') });
    await other.append([{ ...event, time: 1, data: { ...event.data, message: 'by another' } }]);
    const { events } = await viewer.next('events');
    expect(events).toMatchObject([{ seq: 2, data: { message: 'by another' } }]);
    await other.close();
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^fleetglass_log_head 2$/m);
    expect(metrics).toMatch(/^fleetglass_store_bytes [1-9]/m);
    expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    viewer.socket.close();
    await end();
  });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('fleetglass serve, by the clock', () => {
  it('makes backups in a process of its own, and archives runs that are old', async () => {
    const DAY = 86_400_000;
    const clock = createSimulatedClock(1_000 * DAY);
    const backups = join(folder, 'backups');
    const program = [process.execPath, await bundleProgram('../../src/cli', folder)];
    const { url, written, end } = await serve(
      [
        '--no-dashboard',
        '--backup-directory',
        backups,
        '--retention-archive-directory',
        join(folder, 'cold'),
      ],
      {},
      { clock, program },
    );
    const post = (runId: string, time: number) =>
      fetch(`${url}/api/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          { v: 1, runId, time, type: 'run.created', data: { name: runId } },
          { v: 1, runId, time, type: 'run.completed', data: {} },
        ]),
      });
    await post('old', DAY);
    await post('young', 999 * DAY);
    await clock.advance(11 * 60_000);
    while (!/"job":"backup".*"job done"/.test(written.out)) {
      expect(written.out).not.toContain('job failed');
      await turn();
      await clock.advance(1_000);
    }
    const names = readdirSync(backups).sort();
    expect(names).toHaveLength(2);
    expect(await verifyStore(join(backups, names[0] ?? ''))).toMatchObject({ problems: [] });
    // In an order that chance decides.
    while (!/"job":"retention".*"archived":1.*"job done"/.test(written.out)) {
      await turn();
      await clock.advance(1_000);
    }
    const { items } = (await (await fetch(`${url}/api/v1/run-archives`)).json()) as {
      items: { id: string }[];
    };
    expect(items.map(({ id }) => id)).toEqual(['old']);
    expect((await fetch(`${url}/api/v1/runs/old`)).status).toBe(404);
    expect((await fetch(`${url}/api/v1/run-archives/old/restore`, { method: 'POST' })).status).toBe(200);
    expect((await fetch(`${url}/api/v1/runs/old`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /^fleetglass_job_last_success_timestamp_seconds\{job="backup"\} [1-9]/m,
    );
    expect(await end()).toBe(0);
  }, 60_000);

  it('stops a backup that takes longer than it may wait, and ends', async () => {
    const clock = createSimulatedClock();
    const backups = join(folder, 'backups');
    const endless = join(folder, 'endless.mjs');
    const mark = join(folder, 'begun');
    writeFileSync(
      endless,
      `import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(mark)}, String(process.pid));
      setInterval(() => {}, 1000);`,
    );
    const { written, end } = await serve(
      ['--no-dashboard', '--backup-directory', backups, '--drain-ms', '3000'],
      {},
      { clock, program: [process.execPath, endless] },
    );
    await clock.advance(11 * 60_000);
    while (!existsSync(mark) || readFileSync(mark, 'utf8') === '') {
      await turn();
      await clock.advance(10);
    }
    const ended = end();
    let code: number | undefined;
    void ended.then((found) => (code = found));
    while (code === undefined) {
      await turn();
      await clock.advance(500);
    }
    expect([code, written.out.includes('job failed')]).toEqual([0, false]);
    expect(() => process.kill(Number(readFileSync(mark, 'utf8')), 0)).toThrow(/ESRCH/);
  }, 60_000);
});

describe('fleetglass serve with tokens', () => {
  it('takes those of its file, as far as they reach, until they are revoked', async () => {
    const file = join(folder, 'tokens.db');
    const store = createSqliteTokenStore({ file });
    const tokens = createTokens({ store });
    const { token, record } = await tokens.create({ name: 'wall', role: 'viewer' });
    const { url, end } = await serve(['--no-dashboard', '--tokens', file]);
    const ask = async (path: string, given: string, body?: string) => {
      const headers = { authorization: `Bearer ${given}`, 'content-type': 'application/json' };
      return (await fetch(url + path, { headers, ...(body === undefined ? {} : { method: 'POST', body }) }))
        .status;
    };
    expect(await ask('/api/v1/runs', token)).toBe(200);
    expect(await ask('/api/v1/events', token, '[]')).toBe(403);
    await tokens.revoke(record.id);
    expect(await ask('/api/v1/runs', token)).toBe(401);
    await end();
    await store.close();
  });
});

describe('fleetglass config check', () => {
  it('says what is wrong, a sentence each, and ends with 1', async () => {
    let err = '';
    const code = await runCli(['config', 'check', '--port', 'eighty'], {
      out: () => Promise.resolve(),
      err: (text) => void (err += text),
      isTerminal: false,
      env: {},
      clock: systemClock,
      program: [],
      signal: new AbortController().signal,
    });
    expect(code).toBe(1);
    expect(err).toBe(
      [
        'CONFIG_INVALID: `store` is missing: give it with --store, as FLEETGLASS_STORE in the environment, or in the file that --config names.',
        '`port` (--port) must be a whole number from 0 to 65535. It is "eighty".\n',
      ].join('\n'),
    );
  });
});
