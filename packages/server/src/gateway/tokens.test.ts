import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRedactor } from '@fleetglass/core';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { openDatabase } from '../storage/database.js';
import { createSqliteTokenStore } from './token-store.js';
import { createTokens } from './tokens.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function setUp(file = ':memory:') {
  const clock = createSimulatedClock();
  const store = createSqliteTokenStore({ file });
  cleanups.push(() => store.close());
  return { clock, store, tokens: createTokens({ store, clock }) };
}

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'fleetglass-tokens-'));
  cleanups.push(() => rmSync(path, { recursive: true }));
  return path;
};

describe('tokens', () => {
  it('open what they were made for', async () => {
    const { tokens, clock } = setUp();
    const expiresAt = clock.now() + 1_000;
    const { token, record } = await tokens.create({
      name: 'ci',
      role: 'developer',
      tenant: 'acme',
      scope: { threadId: 't1' },
      expiresAt,
    });
    expect(await tokens.authenticate(token)).toEqual({
      role: 'developer',
      tenant: 'acme',
      scope: { threadId: 't1' },
      expiresAt,
      tokenId: record.id,
      actor: { id: 'token:ci', name: 'ci' },
    });
    expect(await tokens.authenticate(`${token.slice(0, -2)}AA`)).toBeUndefined();
    expect(await tokens.authenticate('')).toBeUndefined();
    await clock.advance(1_000);
    expect(await tokens.authenticate(token)).toBeUndefined();
  });

  it('[SEC-38] are stored as hashes only, and their form is one that redaction finds', async () => {
    const file = join(folder(), 'tokens.sqlite');
    const { tokens } = setUp(file);
    const { token } = await tokens.create({ name: 'ci', role: 'viewer' });
    for (const name of [file, `${file}-wal`]) {
      const bytes = readFileSync(name, 'latin1');
      expect(bytes).not.toContain(token);
      expect(bytes).not.toContain(token.slice(4));
    }
    expect(createRedactor().text(`curl -H "x: ${token}" …`)).toBe('curl -H "x: [redacted]" …');
  });

  it('rotate with overlap: both open, then only the successor', async () => {
    const { tokens, clock } = setUp();
    const first = await tokens.create({ name: 'ci', role: 'viewer', expiresAt: clock.now() + 10_000 });
    await clock.advance(4_000);
    const second = await tokens.rotate(first.record.id, { overlapMs: 2_000 });
    expect(second.record).toMatchObject({ name: 'ci', role: 'viewer', expiresAt: clock.now() + 10_000 });
    expect(await tokens.authenticate(first.token)).toBeDefined();
    expect(await tokens.authenticate(second.token)).toBeDefined();
    await clock.advance(2_000);
    expect(await tokens.authenticate(first.token)).toBeUndefined();
    expect(await tokens.authenticate(second.token)).toBeDefined();
    expect(await tokens.ended(new Set([first.record.id, second.record.id, 'x']))).toEqual(
      new Set([first.record.id, 'x']),
    );
    await expect(tokens.rotate(first.record.id, { overlapMs: 0 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('never live longer by a rotation', async () => {
    const { tokens, clock } = setUp();
    const first = await tokens.create({ name: 'ci', role: 'viewer', expiresAt: clock.now() + 1_000 });
    await tokens.rotate(first.record.id, { overlapMs: 5_000 });
    await clock.advance(1_000);
    expect(await tokens.authenticate(first.token)).toBeUndefined();
  });

  it('are seen by another process: what one revokes the other refuses', async () => {
    const file = join(folder(), 'tokens.sqlite');
    const gateway = setUp(file);
    const commandLine = setUp(file);
    const { token, record } = await commandLine.tokens.create({ name: 'ci', role: 'viewer' });
    expect(await gateway.tokens.authenticate(token)).toBeDefined();
    await commandLine.tokens.revoke(record.id);
    expect(await gateway.tokens.authenticate(token)).toBeUndefined();
    expect(await gateway.tokens.list()).toMatchObject([{ id: record.id, lastUsedAt: gateway.clock.now() }]);
    await expect(gateway.tokens.revoke('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['no name', { name: '' }],
    ['a name with a line break', { name: 'a\nb' }],
    ['no role', { role: 'root' }],
    ['an empty scope', { scope: {} }],
    ['a scope with a misspelt field', { scope: { runID: 'x' } }],
    ['a past end', { expiresAt: 1 }],
    ['a name that is taken', { name: 'taken' }],
  ])('are not made with %s', async (_name, wrong) => {
    const { tokens, clock } = setUp();
    await clock.advance(1_000);
    await tokens.create({ name: 'taken', role: 'viewer' });
    await expect(tokens.create({ name: 'a', role: 'viewer', ...(wrong as object) })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect(await tokens.list()).toHaveLength(1);
  });

  it('do not tell strangers where they are kept when that fails', async () => {
    const { tokens, store } = setUp();
    const { token } = await tokens.create({ name: 'a', role: 'viewer' });
    await store.close();
    await expect(tokens.authenticate(token)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: 'Tokens cannot be checked just now; try again soon.',
    });
  });

  it('are not looked for in files of something else or of a newer version', () => {
    const file = join(folder(), 'other.sqlite');
    const other = openDatabase(file);
    other.exec('CREATE TABLE things (a)');
    other.close();
    const before = readFileSync(file);
    expect(() => createSqliteTokenStore({ file })).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    expect(readFileSync(file)).toEqual(before);
    const newer = join(folder(), 'newer.sqlite');
    void createSqliteTokenStore({ file: newer }).close();
    const changed = openDatabase(newer);
    changed.exec('PRAGMA user_version = 99');
    changed.close();
    expect(() => createSqliteTokenStore({ file: newer })).toThrow(
      expect.objectContaining({ code: 'SCHEMA_TOO_NEW' }),
    );
  });
});
