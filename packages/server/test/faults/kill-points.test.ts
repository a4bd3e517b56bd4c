import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import { createSqliteStore, isProcessGone, processOwner } from '@fleetglass/server';
import { bundleProgram } from './bundle-program.js';
import { recoverAndCheck, undisturbed } from './recovered-run.js';
import { createJobOrchestrator, INPUT, RUN_OPTIONS, thirtySteps } from './thirty-steps.js';
import { watchSqlite } from './watched-sqlite.js';
import type { WriteMoment } from './watched-sqlite.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];

/** Does the jobs two at a time. */
async function twoAtOnce<T>(jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  const left = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await work(job);
  };
  await Promise.all([worker(), worker()]);
}

/** Runs the job in this process and tells of every moment of its writes. @returns how many there were */
async function runWatched(
  file: string,
  onMoment: (moment: WriteMoment) => void,
  note: (line: string) => void,
) {
  let transactions = 0;
  const unwatch = watchSqlite({
    onMoment(moment) {
      transactions = Math.max(transactions, moment.transaction);
      onMoment(moment);
    },
  });
  try {
    const store = createSqliteStore({ file, durability: 'normal' });
    // The name of a process that is gone, so that the copies are free at once.
    const orchestrator = createJobOrchestrator({ store, owner: 'gone' });
    await orchestrator.start(thirtySteps(note), INPUT, RUN_OPTIONS).result;
    await orchestrator.close();
    await store.close();
  } finally {
    unwatch();
  }
  return transactions;
}

describe('a run of 30 steps with two fan-outs', () => {
  it('is the same after SIGKILL of its process inside each of its writes, and between them', async () => {
    const expected = await undisturbed(createMemoryStore());
    const transactions = await runWatched(
      join(folder, 'count.sqlite'),
      () => undefined,
      () => undefined,
    );
    expect(transactions).toBeGreaterThan(40);
    const program = await bundleProgram('crash-child', folder);
    const points = Array.from({ length: transactions }, (_, index) => index + 1).flatMap((transaction) => [
      // Some die after the first statements of the transaction, some just before it is committed.
      { transaction, place: 'inside', statements: 1 + (transaction % 7) },
      ...(transaction % 4 === 0 ? [{ transaction, place: 'before', statements: 0 }] : []),
      ...(transaction % 4 === 2 ? [{ transaction, place: 'after', statements: 0 }] : []),
    ]);
    let killed = 0;
    let goneOn = 0;
    let abandoned = 0;
    await twoAtOnce(points, async ({ transaction, place, statements }) => {
      const name = `${transaction}-${place}`;
      const file = join(folder, `${name}.sqlite`);
      const world = join(folder, `${name}.world`);
      const child = spawn(
        process.execPath,
        ['--no-warnings', program, file, world, String(transaction), place, String(statements)],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
      // Writes are grouped by time: now and then a run needs fewer.
      if (signal === 'SIGKILL') killed += 1;
      const store = createSqliteStore({ file, durability: 'normal' });
      const owner = { owner: processOwner(), isOwnerGone: isProcessGone };
      const recovered = await recoverAndCheck(store, linesOf(world), expected, owner).catch(
        (cause: unknown) => {
          throw new Error(`killed ${place} transaction ${transaction}`, { cause });
        },
      );
      await store.close();
      if (recovered.wasOpen) goneOn += 1;
      abandoned += recovered.abandoned;
    });
    expect(killed).toBeGreaterThan(points.length * 0.8);
    expect(goneOn).toBeGreaterThan(points.length * 0.6);
    expect(abandoned).toBeGreaterThan(0);
  }, 240_000);

  it('is the same from every state that its file goes through, statement by statement, and from torn writes', async () => {
    const expected = await undisturbed(createMemoryStore());
    const random = createSeededRandom(7);
    const file = join(folder, 'live.sqlite');
    const world: string[] = [];
    const images: { readonly image: string; readonly lines: number; readonly at: string }[] = [];
    let last = '';
    let lastLog = 0;
    let moments = 0;
    const size = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
    const stamp = (path: string): string =>
      existsSync(path) ? `${statSync(path, { bigint: true }).mtimeNs} ${size(path)}` : '';
    const copy = (image: string, at: string): void => {
      copyFileSync(file, image);
      if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${image}-wal`);
      images.push({ image, lines: world.length, at });
    };
    await runWatched(
      file,
      ({ transaction, place, statements }) => {
        moments += 1;
        // The same bytes with the same world outside need not be recovered twice.
        const key = [stamp(file), stamp(`${file}-wal`), world.length].join('/');
        if (key === last) return;
        last = key;
        const at = `${place} transaction ${transaction}, statement ${statements}`;
        copy(join(folder, `image-${images.length}.sqlite`), at);
        const log = size(`${file}-wal`);
        if (place === 'after' && log > lastLog && lastLog > 0 && transaction % 3 === 0) {
          // The power went while the log of this transaction was being written.
          const torn = join(folder, `image-${images.length}.sqlite`);
          copy(torn, `${at}, torn`);
          truncateSync(`${torn}-wal`, lastLog + Math.floor(random() * (log - lastLog)));
        }
        lastLog = log;
      },
      (line) => world.push(line),
    );
    expect(moments).toBeGreaterThan(500);
    expect(images.filter(({ at }) => at.endsWith('torn')).length).toBeGreaterThan(10);
    for (const { image, lines, at } of images) {
      const store = createSqliteStore({ file: image, durability: 'normal' });
      await recoverAndCheck(store, world.slice(0, lines), expected, {
        owner: 'next',
        isOwnerGone: (owner) => owner === 'gone',
      }).catch((cause: unknown) => {
        throw new Error(`copied ${at}`, { cause });
      });
      await store.close();
    }
  }, 240_000);
});
