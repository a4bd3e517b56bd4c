import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isFleetglassError } from '@fleetglass/core';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../test/temporary-folder.js';
import { chooseFiles, groupByProject, interestOf } from './choose-files.js';
import { parseLog, readHistory } from './git-history.js';
import { readText } from './read-text.js';
import { readTree } from './read-tree.js';
import type { TreeEntry } from './tree-entry.js';
import { kindOf } from './tree-entry.js';

const never = new AbortController().signal;
const noHistory = { commits: [], touched: new Map<string, number>() };

const git = (dir: string, ...args: string[]): void => {
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', dir, ...identity, ...args], { stdio: 'ignore' });
};

const paths = ({ entries }: { entries: readonly TreeEntry[] }): readonly string[] =>
  entries.map(({ path }) => path);

describe('readTree', () => {
  it('reads what git does not ignore', async () => {
    const files = {
      '.gitignore': 'ignored/\n',
      'src/a.ts': 'a',
      'new.ts': 'b',
      'ignored/c.ts': 'c',
      'logo.png': 'd',
    };
    await withFolder(files, async (dir) => {
      git(dir, 'init');
      git(dir, 'add', 'src');
      const tree = await readTree(dir, noHistory, never);
      expect(tree.from).toBe('git');
      expect(paths(tree)).toEqual(['new.ts', 'src/a.ts']);
      expect(tree.leftOut).toBe(2);
    });
  });

  it('walks a folder without git and leaves output folders alone', async () => {
    const files = {
      'a.ts': 'a',
      'deep/er/b.ts': 'b',
      'node_modules/x/c.ts': 'c',
      'dist/d.js': 'd',
      'empty.ts': '',
    };
    await withFolder(files, async (dir) => {
      const tree = await readTree(dir, noHistory, never);
      expect(tree.from).toBe('walk');
      expect(paths(tree)).toEqual(['a.ts', 'deep/er/b.ts']);
    });
  });

  it('never follows a link', async () => {
    await withFolder({ 'secret.ts': 'outside', 'inside/a.ts': 'a' }, async (dir) => {
      const inside = join(dir, 'inside');
      await symlink(join(dir, 'secret.ts'), join(inside, 'link.ts'));
      await symlink(dir, join(inside, 'up'));
      expect(paths(await readTree(inside, noHistory, never))).toEqual(['a.ts']);
    });
  });

  it('stops when it is cancelled', async () => {
    await withFolder({ 'a.ts': 'a' }, async (dir) => {
      await expect(readTree(dir, noHistory, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
        'cancelled',
      );
    });
  });
});

describe('readText', () => {
  it('reads a file inside the folder', async () => {
    await withFolder({ 'src/a.ts': 'text' }, async (dir) => {
      expect(await readText(dir, 'src/a.ts')).toBe('text');
    });
  });

  it.each(['../secret.ts', 'link.ts', 'up/secret.ts', 'missing.ts', 'binary.ts', '.', 'huge.ts'])(
    'refuses %s',
    async (path) => {
      const files = { 'secret.ts': 'outside', 'in/binary.ts': 'a\0b', 'in/huge.ts': 'x'.repeat(300_000) };
      await withFolder(files, async (dir) => {
        const inside = join(dir, 'in');
        await symlink(join(dir, 'secret.ts'), join(inside, 'link.ts'));
        await symlink(dir, join(inside, 'up'));
        const refusal = await readText(inside, path).catch((error: unknown) => error);
        expect(isFleetglassError(refusal, 'BAD_INPUT')).toBe(true);
      });
    },
  );
});

describe('readHistory', () => {
  it('counts the commits that touched a file, relative to the folder', async () => {
    await withFolder({ 'sub/a.ts': '1', 'sub/b ü.ts': '1', 'other.ts': '1' }, async (dir) => {
      git(dir, 'init');
      git(dir, 'add', '.');
      git(dir, 'commit', '-m', 'First');
      execFileSync('sh', ['-c', 'echo 2 > a.ts'], { cwd: join(dir, 'sub') });
      git(dir, 'commit', '-a', '-m', 'Second');
      const { commits, touched } = await readHistory(join(dir, 'sub'), never);
      expect(commits.map(({ subject }) => subject)).toEqual(['Second', 'First']);
      expect(Object.fromEntries(touched)).toEqual({ 'a.ts': 2, 'b ü.ts': 1 });
    });
  });

  it('is empty without git', async () => {
    await withFolder({}, async (dir) => {
      expect(await readHistory(dir, never)).toEqual({ commits: [], touched: new Map() });
    });
  });

  it('reads an empty log', () => {
    expect(parseLog('').commits).toEqual([]);
  });
});

describe('chooseFiles', () => {
  const entry = (path: string, rest: Partial<TreeEntry> = {}): TreeEntry => ({
    path,
    bytes: 1024,
    kind: 'source',
    commits: 1,
    ...rest,
  });

  it('prefers large, busy source files', () => {
    const plain = entry('plain.ts');
    for (const better of [{ bytes: 9000 }, { commits: 9 }]) {
      expect(interestOf(entry('better.ts', better))).toBeGreaterThan(interestOf(plain));
    }
    expect(interestOf(entry('a.md', { kind: 'document' }))).toBeLessThan(interestOf(plain));
  });

  it('takes the given number and orders equals by path', () => {
    const chosen = chooseFiles(
      [entry('c.ts'), entry('a.ts'), entry('b.ts'), entry('top.ts', { commits: 30 })],
      3,
    );
    expect(chosen.map(({ path }) => path)).toEqual(['top.ts', 'a.ts', 'b.ts']);
  });
});

describe('groupByProject', () => {
  const entry = (path: string): TreeEntry => ({ path, bytes: 1, kind: 'source', commits: 0 });

  it('keeps projects together and the order of interest otherwise', () => {
    const entries = ['a/tsconfig.json', 'a/b/tsconfig.json', 'c/tsconfig.json'].map(entry);
    const chosen = ['c/1.ts', 'a/2.ts', 'x.ts', 'a/b/deep/3.ts', 'c/src/4.ts', 'a/5.ts', 'y/6.ts'].map(entry);
    expect(groupByProject(chosen, entries).map(({ path }) => path)).toEqual([
      'c/1.ts',
      'c/src/4.ts',
      'a/2.ts',
      'a/5.ts',
      'x.ts',
      'y/6.ts',
      'a/b/deep/3.ts',
    ]);
  });
});

describe('kindOf', () => {
  it.each([
    ['src/a.ts', 'source'],
    ['src/a.test.ts', 'test'],
    ['e2e/login.ts', 'test'],
    ['scripts/run.sh', 'script'],
    ['package.json', 'config'],
    ['Dockerfile', 'config'],
    ['docs/guide.md', 'document'],
    ['package-lock.json', undefined],
    ['app.min.js', undefined],
    ['logo.png', undefined],
  ])('of %s is %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });
});
