import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isFleetglassError } from '@fleetglass/core';
import { branchOf } from './git-folder.js';
import type { GitFolder } from './git-folder.js';
import { parseDiff, parseStatus } from './git-output.js';
import { createWorkspaces } from './workspaces.js';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'fleetglass-workspace-')));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;
let root = '';
let outside = '';
let worktrees = '';
beforeEach(() => {
  count += 1;
  root = join(base, `${count}`, 'root');
  outside = join(base, `${count}`, 'outside');
  worktrees = join(base, `${count}`, 'worktrees');
  mkdirSync(root, { recursive: true });
  mkdirSync(outside);
});

const refusal = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'not refused',
    (error: unknown) => (isFleetglassError(error) ? error.code : `no FleetglassError: ${String(error)}`),
  );

const reasonOf = async (path: string, roots = [root]): Promise<string> => {
  const checked = await createWorkspaces({ roots }).check(path);
  return checked.ok ? 'ok' : checked.reason;
};

describe('check', () => {
  it('takes a folder inside the allowed ones, and the allowed ones', async () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    expect(await createWorkspaces({ roots: [root] }).check(join(root, 'a/../a/b/'))).toEqual({
      ok: true,
      path: join(root, 'a/b'),
    });
    expect(await reasonOf(root)).toBe('ok');
    expect(await reasonOf(join(root, 'a'), ['/'])).toBe('ok');
    mkdirSync(join(root, '..a'));
    expect(await reasonOf(join(root, '..a'))).toBe('ok');
  });

  it('refuses what is not there, no folder, or no whole path', async () => {
    writeFileSync(join(root, 'file'), '');
    expect(await reasonOf(join(root, 'nowhere'))).toBe('missing');
    expect(await reasonOf(join(root, 'file'))).toBe('notAFolder');
    for (const path of ['', '.', 'a', '~', `${root}\0`]) expect(await reasonOf(path)).toBe('notAbsolute');
  });

  it('[SEC-29] refuses what lies outside, and does not tell whether it exists', async () => {
    expect(await reasonOf(outside)).toBe('outside');
    expect(await reasonOf(join(outside, 'nowhere'))).toBe('outside');
    expect(await reasonOf(join(root, '..'))).toBe('outside');
    expect(await reasonOf(join(root, '../outside'))).toBe('outside');
    expect(await reasonOf(`${root}-not`)).toBe('outside');
    expect(await reasonOf(root, [])).toBe('outside');
    expect(await reasonOf(root, [join(root, 'nowhere')])).toBe('outside');
  });

  it('[SEC-29] follows links before it judges', async () => {
    symlinkSync(outside, join(root, 'link'));
    expect(await reasonOf(join(root, 'link'))).toBe('outside');
    mkdirSync(join(root, 'a'));
    symlinkSync(root, join(outside, 'back'));
    expect(await createWorkspaces({ roots: [join(outside, 'back')] }).check(join(root, 'a'))).toEqual({
      ok: true,
      path: join(root, 'a'),
    });
  });

  it('refuses a folder that cannot be written to', async (test) => {
    const isRoot = process.getuid?.() === 0;
    if (isRoot && !existsSync('/proc/self')) {
      console.warn('Skipped: root may write everywhere, and there is no /proc.');
      test.skip();
    }
    if (isRoot) {
      expect(await reasonOf('/proc/self', ['/proc'])).toBe('notWritable');
      return;
    }
    chmodSync(root, 0o500);
    expect(await reasonOf(root)).toBe('notWritable');
    chmodSync(root, 0o700);
  });

  it('opens what it would take, and gives the reason otherwise', async () => {
    const workspaces = createWorkspaces({ roots: [root] });
    expect(await workspaces.open(root)).toEqual({ path: root, git: undefined });
    await expect(workspaces.open(outside)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { reason: 'outside' },
    });
    expect(() => createWorkspaces({ roots: ['relative'] })).toThrow('absolute');
  });
});

/** As a person's own git would, whatever the machine's configuration says. */
const run = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: base, GIT_CONFIG_NOSYSTEM: '1' },
  }).trim();

const write = (path: string, text = 'text\n'): void => writeFileSync(path, text);

function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true });
  run(folder, 'init', '--quiet', '--initial-branch=main');
  write(join(folder, 'kept.txt'), 'one\ntwo\n');
  write(join(folder, 'gone.txt'));
  write(join(folder, 'moved.txt'), 'a long enough text to be found again\nin another place\n');
  run(folder, 'add', '.');
  run(folder, 'commit', '--quiet', '-m', 'first');
}

async function openGit(folder: string): Promise<GitFolder> {
  const { git } = await createWorkspaces({ roots: [root], worktrees }).open(folder);
  if (!git) throw new Error('no repository');
  return git;
}

describe('git', () => {
  it('shows and commits what changed, by its own author and without hooks', async () => {
    makeRepository(root);
    mkdirSync(join(root, '.git/hooks'), { recursive: true });
    for (const hook of ['pre-commit', 'post-commit', 'commit-msg']) {
      const program = '#!/bin/sh\necho ran > ran.txt\nexit 1\n';
      writeFileSync(join(root, '.git/hooks', hook), program, { mode: 0o755 });
    }
    const git = await openGit(root);
    expect((await git.status()).files).toEqual([]);
    write(join(root, 'kept.txt'), 'one\n2\nthree\n');
    write(join(root, 'a "new"\tfile\nü.txt'), 'x\n');
    rmSync(join(root, 'gone.txt'));
    const before = await git.status();
    expect(before).toMatchObject({ branch: 'main', commit: run(root, 'rev-parse', 'HEAD') });
    expect([...before.files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'a "new"\tfile\nü.txt', change: 'created' },
      { path: 'gone.txt', change: 'deleted' },
      { path: 'kept.txt', change: 'modified' },
    ]);
    run(root, 'mv', 'moved.txt', 'there.txt');
    expect((await git.status()).files).toContainEqual({
      path: 'there.txt',
      change: 'moved',
      from: 'moved.txt',
    });

    const made = await git.commit('--amend "$(touch pwned)"; `id`\n\nbody\0end');
    expect(made).toMatchObject({ commit: run(root, 'rev-parse', 'HEAD'), branch: 'main' });
    expect([...(made?.files ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'a "new"\tfile\nü.txt', change: 'created', linesAdded: 1, linesRemoved: 0 },
      { path: 'gone.txt', change: 'deleted', linesAdded: 0, linesRemoved: 1 },
      { path: 'kept.txt', change: 'modified', linesAdded: 2, linesRemoved: 1 },
      { path: 'there.txt', change: 'moved', from: 'moved.txt', linesAdded: 0, linesRemoved: 0 },
    ]);
    expect(run(root, 'log', '-1', '--format=%an <%ae>|%cn|%B')).toBe(
      'Fleetglass <fleetglass@localhost>|Fleetglass|--amend "$(touch pwned)"; `id`\n\nbody end',
    );
    expect(run(root, 'rev-list', '--count', 'HEAD')).toBe('2');
    expect(existsSync(join(root, 'ran.txt')) || existsSync(join(root, 'pwned'))).toBe(false);
    expect(await git.commit('nothing')).toBeUndefined();
  });

  it('stays in its folder: what lies beside is neither shown nor committed', async () => {
    makeRepository(root);
    mkdirSync(join(root, 'inner'));
    write(join(root, 'inner/a.txt'));
    write(join(root, 'kept.txt'), 'changed\n');
    write(join(root, 'staged.txt'));
    run(root, 'add', 'staged.txt');
    const git = await openGit(join(root, 'inner'));
    expect((await git.status()).files).toEqual([{ path: 'inner/a.txt', change: 'created' }]);
    expect((await git.commit(''))?.files.map(({ path }) => path)).toEqual(['inner/a.txt']);
    expect(run(root, 'log', '-1', '--format=%s')).toBe('Work of a task');
    expect(
      run(root, 'status', '--porcelain')
        .split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(['A  staged.txt', 'M kept.txt']);
  });

  it('makes the first commit of a repository', async () => {
    run(root, 'init', '--quiet', '--initial-branch=main');
    const git = await openGit(root);
    expect(await git.status()).toEqual({ branch: 'main', commit: undefined, files: [] });
    expect(await git.commit('nothing')).toBeUndefined();
    write(join(root, 'a.txt'), '1\n2\n');
    expect((await git.commit('first'))?.files).toEqual([
      { path: 'a.txt', change: 'created', linesAdded: 2, linesRemoved: 0 },
    ]);
  });

  it('works on a branch of the task and goes back', async () => {
    makeRepository(root);
    const git = await openGit(root);
    const task = await git.startBranch('--orphan ../../x "Fix the login"');
    expect(task.branch).toMatch(/^fleetglass\/orphan-x-fix-the-login-[0-9a-f]{12}$/);
    expect(task.path).toBe(root);
    write(join(root, 'new.txt'));
    expect(await refusal(task.leave())).toBe('BAD_INPUT');
    await task.git.commit('one');
    write(join(root, 'new.txt'), 'other\n');
    await task.git.commit('two');
    expect(await task.changes()).toEqual([
      { path: 'new.txt', change: 'created', linesAdded: 1, linesRemoved: 0 },
    ]);
    await task.leave();
    expect(run(root, 'branch', '--show-current')).toBe('main');
    expect(existsSync(join(root, 'new.txt'))).toBe(false);

    const again = await git.startBranch('--orphan ../../x "Fix the login"');
    expect([again.branch, again.base]).toEqual([task.branch, task.base]);
    expect(await again.changes()).toHaveLength(1);
  });

  it('does not mix a person’s changes into those of a task', async () => {
    makeRepository(root);
    write(join(root, 'kept.txt'), 'mine\n');
    const git = await openGit(root);
    expect(await refusal(git.startBranch('t'))).toBe('BAD_INPUT');
    expect(run(root, 'branch', '--show-current')).toBe('main');
    expect(readFileSync(join(root, 'kept.txt'), 'utf8')).toBe('mine\n');
  });

  it('goes back to where no branch was', async () => {
    makeRepository(root);
    run(root, 'switch', '--quiet', '--detach');
    const task = await (await openGit(root)).startBranch('t');
    await task.leave();
    expect((await (await openGit(root)).status()).branch).toBeUndefined();
  });

  it('lets tasks work side by side in worktrees', async () => {
    makeRepository(root);
    mkdirSync(join(root, 'inner'));
    write(join(root, 'inner/a.txt'));
    run(root, 'add', '.');
    run(root, 'commit', '--quiet', '-m', 'inner');
    write(join(root, 'kept.txt'), 'a person works here\n');
    const git = await openGit(join(root, 'inner'));
    const tasks = await Promise.all(['one', 'two'].map((id) => git.startWorktree(id)));
    for (const [index, task] of tasks.entries()) {
      expect(task.path.startsWith(join(worktrees, ''))).toBe(true);
      expect(readFileSync(join(task.path, 'a.txt'), 'utf8')).toBe('text\n');
      write(join(task.path, 'a.txt'), `by ${index}\n`);
      await task.git.commit(`task ${index}`);
      expect((await task.changes()).map(({ path }) => path)).toEqual(['inner/a.txt']);
    }
    expect(readFileSync(join(root, 'inner/a.txt'), 'utf8')).toBe('text\n');
    expect(run(root, 'rev-list', '--count', 'HEAD')).toBe('2');

    const [one] = tasks;
    const reopened = await openGit(one!.path);
    expect(await reopened.status()).toMatchObject({ branch: one?.branch, files: [] });
    const again = await git.startWorktree('one');
    expect([again.path, again.branch, again.base]).toEqual([one?.path, one?.branch, one?.base]);
    write(join(again.path, 'b.txt'));
    expect(await refusal(again.leave())).toBe('BAD_INPUT');
    await again.leave({ force: true });
    expect(existsSync(again.path)).toBe(false);
    expect(run(root, 'log', '-1', '--format=%s', again.branch)).toBe('task 0');
    const third = await git.startWorktree('one');
    expect(readFileSync(join(third.path, 'a.txt'), 'utf8')).toBe('by 0\n');
  });

  it('makes no worktree in the repository, without a folder for it, or without a commit', async () => {
    makeRepository(root);
    const inside = await createWorkspaces({ roots: [root], worktrees: join(root, 'trees') }).open(root);
    expect(await refusal(inside.git!.startWorktree('t'))).toBe('BAD_INPUT');
    const without = await createWorkspaces({ roots: [root] }).open(root);
    expect(await refusal(without.git!.startWorktree('t'))).toBe('BAD_INPUT');
    const empty = join(root, 'empty');
    mkdirSync(empty);
    run(empty, 'init', '--quiet');
    const git = await openGit(empty);
    expect(await refusal(git.startWorktree('t'))).toBe('BAD_INPUT');
    expect(await refusal(git.startBranch('t'))).toBe('BAD_INPUT');
  });

  it('uses no repository that reaches outside the allowed folders', async () => {
    makeRepository(outside);
    const gitOf = async (path: string): Promise<unknown> =>
      (await createWorkspaces({ roots: [root] }).open(path)).git;
    writeFileSync(join(root, '.git'), `gitdir: ${join(outside, '.git')}\n`);
    expect(await gitOf(root)).toBeUndefined();
    rmSync(join(root, '.git'));
    makeRepository(root);
    expect(await gitOf(root)).toBeDefined();
    run(root, 'config', 'core.worktree', outside);
    expect(await gitOf(root)).toBeUndefined();
    mkdirSync(join(outside, 'sub'));
    expect(
      (await createWorkspaces({ roots: [join(outside, 'sub')] }).open(join(outside, 'sub'))).git,
    ).toBeUndefined();
  });

  it('runs no program that the repository’s configuration names', async () => {
    makeRepository(root);
    const ran = join(base, `ran-${count}`);
    const program = join(root, 'program.sh');
    writeFileSync(program, `#!/bin/sh\ntouch "${ran}"\ncat\n`, { mode: 0o755 });
    const git = await openGit(root);
    for (const [key, value] of [
      ['core.fsmonitor', program],
      ['core.hooksPath', root],
      ['diff.external', program],
      ['diff.text.textconv', program],
      ['core.editor', program],
      ['core.pager', program],
      ['gpg.program', program],
      ['commit.gpgSign', 'true'],
    ] as const)
      run(root, 'config', key, value);
    write(join(root, '.gitattributes'), '*.txt diff=text\n');
    write(join(root, 'kept.txt'), 'changed\n');
    await git.status();
    await git.commit('work');
    const task = await git.startWorktree('t');
    await task.leave();
    expect(existsSync(ran)).toBe(false);

    run(root, 'config', 'filter.evil.clean', program);
    write(join(root, '.gitattributes'), '*.txt filter=evil\n');
    write(join(root, 'kept.txt'), 'again\n');
    expect(await refusal(git.status())).toBe('BAD_INPUT');
    expect(await refusal(git.commit('work'))).toBe('BAD_INPUT');
    expect(await refusal(git.startWorktree('u'))).toBe('BAD_INPUT');
    expect((await createWorkspaces({ roots: [root] }).open(root)).git).toBeUndefined();
    expect(existsSync(ran)).toBe(false);
  });

  it('is not led astray by variables of the host, or by names of commits', async () => {
    makeRepository(root);
    makeRepository(outside);
    process.env['GIT_DIR'] = join(outside, '.git');
    try {
      const git = await openGit(root);
      expect((await git.status()).commit).toBe(
        execFileSync('git', ['--git-dir', join(root, '.git'), 'rev-parse', 'HEAD'], {
          encoding: 'utf8',
        }).trim(),
      );
      for (const name of ['--output=/tmp/x', 'HEAD', 'main', ''])
        expect(await refusal(git.changesSince(name))).toBe('BAD_INPUT');
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  it('says what is wrong when git is missing or fails', async () => {
    makeRepository(root);
    await expect(createWorkspaces({ roots: [root], git: 'no-such-git' }).open(root)).rejects.toMatchObject({
      code: 'GIT_FAILED',
      message: expect.stringContaining('install it') as string,
    });
    const git = await openGit(root);
    write(join(root, '.git/index.lock'), '');
    write(join(root, 'new.txt'));
    await expect(git.commit('x')).rejects.toMatchObject({
      code: 'GIT_FAILED',
      details: { command: 'add', exitCode: 128 },
    });
  });
});

describe('branchOf', () => {
  it('is a name that git takes and that is never an option or a path, and differs with the id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, two) => {
        expect(branchOf(one)).toMatch(/^fleetglass\/(?:[a-z0-9]+(?:-[a-z0-9]+)*-)?[0-9a-f]{12}$/);
        expect(branchOf(one) === branchOf(two)).toBe(one === two);
      }),
    );
  });
});

describe('parsing', () => {
  it('survives anything that git might print', () => {
    const piece = fc.constantFrom('\0', ' ', '\t', ':', '1', '2', 'u', '?', '#', '-', 'R100', 'M', 'a');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string())).map((all) => all.join('')),
        (output) => {
          expect(Array.isArray(parseStatus(output).files)).toBe(true);
          expect(Array.isArray(parseDiff(output))).toBe(true);
        },
      ),
    );
  });

  it('reads a conflict', () => {
    const line = `u UU N... 100644 100644 100644 100644 ${'1'.repeat(40)} ${'2'.repeat(40)} ${'3'.repeat(40)} a b.txt`;
    expect(parseStatus(`# branch.oid (initial)\0# branch.head (detached)\0${line}\0`)).toEqual({
      branch: undefined,
      commit: undefined,
      files: [{ path: 'a b.txt', change: 'conflicted' }],
    });
  });
});
