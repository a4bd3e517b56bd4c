import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { createSqliteTokenStore } from '../gateway/token-store.js';
import { createTokens } from '../gateway/tokens.js';
import { runCli } from './run-cli.js';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-token-cli-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tokens.sqlite');
  const clock = createSimulatedClock();
  const run = async (...argv: string[]) => {
    let out = '';
    let err = '';
    const code = await runCli(['token', ...argv, '--tokens', file], {
      out: (text) => {
        out += text;
        return Promise.resolve();
      },
      err: (text) => (err += text),
      isTerminal: false,
      env: {},
      clock,
      program: [],
      signal: new AbortController().signal,
    });
    return { code, out: out.trim(), err };
  };
  const identify = async (token: string) => {
    const store = createSqliteTokenStore({ file });
    const identity = await createTokens({ store, clock }).authenticate(token);
    await store.close();
    return identity;
  };
  return { clock, run, identify };
}

describe('fleetglass token', () => {
  it('makes a token, lists it without its text, and ends it', async () => {
    const { run, identify } = setUp();
    const made = await run('create', 'ci', '--role', 'developer', '--thread', 't1', '--expires', '90d');
    expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^fgt_[\w-]{43}$/)]);
    expect(await identify(made.out)).toMatchObject({ role: 'developer', scope: { threadId: 't1' } });
    const listed = await run('list');
    expect(listed.out).toMatch(/ci +developer +default +\{"threadId":"t1"\} +good/);
    expect(listed.out).not.toContain(made.out.slice(4));
    expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([{ name: 'ci' }]);
    expect((await run('revoke', 'ci')).code).toBe(0);
    expect(await identify(made.out)).toBeUndefined();
    expect((await run('list')).out).toContain('revoked');
  });

  it('rotates by name: the old one stays good as long as is said', async () => {
    const { run, identify, clock } = setUp();
    const first = await run('create', 'ci', '--role', 'viewer');
    const second = await run('rotate', 'ci', '--overlap', '2h');
    expect(second.err).toContain('2h');
    await clock.advance(7_199_999);
    expect(await identify(first.out)).toBeDefined();
    await clock.advance(1);
    expect(await identify(first.out)).toBeUndefined();
    expect(await identify(second.out)).toBeDefined();
  });

  it.each([
    [['create', 'ci'], '--role'],
    [['create', '--role', 'viewer'], 'name'],
    [['create', 'ci', '--role', 'root'], '--role'],
    [['create', 'ci', '--role', 'viewer', '--expires', 'soon'], '--expires'],
    [['dance'], 'create'],
  ])('says what is missing or wrong in %j', async (argv, word) => {
    const { run } = setUp();
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toContain(word);
  });

  it('says where tokens are listed when there is none of that name', async () => {
    const { run } = setUp();
    const { code, err } = await run('revoke', 'nobody');
    expect(code).toBe(1);
    expect(err).toContain('fleetglass token list');
  });
});
