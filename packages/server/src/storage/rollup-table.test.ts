import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RollupQuery } from '@fleetglass/core';
import type { EventDraft } from '@fleetglass/core/protocol';
import { legalLogs } from '@fleetglass/core/testing';
import { createSqliteStore } from './sqlite-store.js';
import type { SqliteStore } from './sqlite-store.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-rollups-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const QUERIES: readonly RollupQuery[] = [
  { period: 'total' },
  { period: 'day' },
  { period: 'hour', by: 'model' },
  { period: 'total', by: 'run', limit: 2 },
  { period: 'total', by: 'agent', key: 'agent-0' },
];

async function readAll({ rollups }: SqliteStore): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const query of QUERIES) answers.push(await rollups?.read(query));
  return answers;
}

it('remembers no sum that has changed, whoever of two writers changed it', async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(
      legalLogs(fc, { runs: 4, steps: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.boolean()), { minLength: 5, maxLength: 8 }),
      async (log, parts) => {
        const file = join(folder, `${String((files += 1))}.db`);
        const stores = [createSqliteStore({ file }), createSqliteStore({ file })] as const;
        let from = 0;
        for (const [count, isFirst] of parts) {
          const events: EventDraft[] = log.slice(from, from + count).map(({ seq: _, ...event }) => event);
          from += count;
          await stores[isFirst ? 0 : 1].append(events);
          const fresh = createSqliteStore({ file });
          const expected = await readAll(fresh);
          await fresh.close();
          for (const store of stores) expect(await readAll(store)).toEqual(expected);
        }
        for (const store of stores) await store.close();
      },
    ),
    { numRuns: 12 },
  );
});
