import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MISTAKES, openScene } from './mistakes.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/mistakes.md', import.meta.url)), 'utf8');

/** The rows of the page: what was done, and what one is told. */
const rows = [...page.matchAll(/^\| ([^|`]+) \| (``? ?)(.+?) ?``? \|/gm)].map(
  ([, mistake = '', , message = '']) => ({
    mistake,
    message,
  }),
);

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-mistakes-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** What differs from machine to machine stands as `…`. */
const pattern = (message: string): RegExp =>
  new RegExp(
    `^${message
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  );

describe('docs/mistakes.md', () => {
  it('tells of every mistake that is tested, and of no other', () => {
    expect(rows.map(({ mistake }) => mistake).sort()).toEqual(Object.keys(MISTAKES).sort());
    expect(rows.length).toBeGreaterThanOrEqual(20);
  });

  it.each(rows)('$mistake', async ({ mistake, message }) => {
    const scene = await openScene(folder, (cleanup) => cleanups.push(cleanup));
    expect(await MISTAKES[mistake]?.(scene)).toMatch(pattern(message));
  });
});
