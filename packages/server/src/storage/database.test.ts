import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from './database.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-database-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets go of the file when it is closed, whoever still holds a statement', () => {
  const file = join(folder, 'log.sqlite');
  const database = openDatabase(file);
  database.useWal('full');
  database.exec('CREATE TABLE things (name TEXT)');
  const insert = database.prepare('INSERT INTO things (name) VALUES (?)');
  insert.run('one');
  expect(database.prepare('INSERT INTO things (name) VALUES (?)')).toBe(insert);
  expect(existsSync(`${file}-wal`)).toBe(true);

  database.close();

  // The last connection moves the journal into the file and removes it.
  expect(existsSync(`${file}-wal`)).toBe(false);
  expect(() => insert.run('two')).toThrow();
  const again = openDatabase(file);
  again.exec('PRAGMA journal_mode = DELETE');
  expect(again.prepare('SELECT count(*) FROM things').get()).toEqual([1]);
  again.close();
});
