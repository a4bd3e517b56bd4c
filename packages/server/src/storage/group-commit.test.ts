import { describe, expect, it } from 'vitest';
import type { Database } from './database.js';
import { createGroupCommit } from './group-commit.js';

/** A group over a connection that only writes down what it was told. */
function setUp() {
  const told: string[] = [];
  const statement = (text: string) => ({
    run: () => {
      told.push(text);
      return { changes: 0 };
    },
    get: () => undefined,
    all: () => [],
  });
  const database: Database = {
    exec: (text) => void told.push(text),
    prepare: statement,
    useWal: () => undefined,
    close: () => undefined,
  };
  const none = () => undefined;
  const turns: (() => void)[] = [];
  const group = createGroupCommit(
    database,
    'log.sqlite',
    { begun: none, finish: none, committed: none, rolledBack: none },
    (callback) => void turns.push(callback),
  );
  return { told, group, turn: () => turns.splice(0).forEach((run) => run()) };
}

describe('a group of writes', () => {
  it('shares one transaction among all calls of a macrotask', async () => {
    const { told, group, turn } = setUp();
    const answers = [1, 2, 3].map((n) => group.enqueue(() => void told.push(`write ${n}`), 80));
    await Promise.resolve();
    expect(told).toEqual([]);
    turn();
    await Promise.all(answers);
    expect(told).toEqual(['BEGIN IMMEDIATE', 'write 1', 'write 2', 'write 3', 'COMMIT']);
  });

  it('does not wait for others once it is large, and takes along what waits already', async () => {
    const { told, group, turn } = setUp();
    const small = group.enqueue(() => void told.push('small'));
    const large = group.enqueue(() => void told.push('large'), 500);
    await Promise.all([small, large]);
    const next = group.enqueue(() => void told.push('next'));
    turn();
    await next;
    expect(told).toEqual([
      'BEGIN IMMEDIATE',
      'small',
      'large',
      'COMMIT',
      'BEGIN IMMEDIATE',
      'next',
      'COMMIT',
    ]);
  });
});
