import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exit } from './product.js';
import { build, runToEnd, startProduct, startToEnd } from './product.js';
import { makeRepository, temporaryFolder } from './small-repository.js';

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);
beforeAll(build);
afterAll(() => folder.remove());

/** One line that begins with its code. */
function expectRefusal({ code, stdout, stderr }: Exit, exitCode: number, error: string): void {
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr.trimEnd()).toMatch(new RegExp(`^${error}: .+$`));
}

describe('the command line', () => {
  it('prints its usage', async () => {
    const { code, stdout, stderr } = await runToEnd('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const flag of [
      '--dir',
      '--open',
      '--port',
      '--max-files',
      '--budget',
      '--ask',
      '--data',
      '--seed',
      '--help',
    ]) {
      expect(stdout).toContain(flag);
    }
  });

  it('refuses an unknown flag, also through npm start', async () => {
    expectRefusal(await runToEnd('--colour'), 2, 'BAD_INPUT');
    const { stdout, ...exit } = await startToEnd('--colour');
    // It may have had something to build.
    expectRefusal({ ...exit, stdout: stdout.replace(/^Buil.*\n/gm, '') }, 2, 'BAD_INPUT');
  });

  it('refuses a port that is no port', async () => {
    expectRefusal(await runToEnd('--port', 'http'), 2, 'BAD_INPUT');
  });

  it('refuses a missing folder and a file in the place of one', async () => {
    writeFileSync(inFolder('file.txt'), 'text');
    expectRefusal(await runToEnd('--dir', inFolder('missing')), 2, 'NOT_FOUND');
    expectRefusal(await runToEnd('--dir', inFolder('file.txt')), 2, 'BAD_INPUT');
  });

  it('refuses a data folder that cannot be made', async () => {
    writeFileSync(inFolder('not-a-folder'), '');
    const args = ['--dir', folder.path, '--data', inFolder('not-a-folder/data'), '--port', '0'];
    expectRefusal(await runToEnd(...args), 2, 'BAD_INPUT');
  });

  it.each([
    ['missing.jsonl', undefined, 'NOT_FOUND'],
    ['empty.jsonl', '', 'BAD_INPUT'],
    ['prose.jsonl', 'This is no session.\n', 'BAD_INPUT'],
    ['half.jsonl', '{"type":"user","message":{"role":"us', 'BAD_INPUT'],
    ['newer.jsonl', '{"fleetglass":99,"protocol":99}\n', 'UNSUPPORTED_VERSION'],
  ])('refuses to open %s', async (name, content, error) => {
    if (content !== undefined) writeFileSync(inFolder(name), content);
    expectRefusal(await runToEnd('--open', inFolder(name), '--port', '0'), 2, error);
  });

  it('refuses to open a folder', async () => {
    mkdirSync(inFolder('folder.jsonl'));
    expectRefusal(await runToEnd('--open', inFolder('folder.jsonl'), '--port', '0'), 2, 'BAD_INPUT');
  });

  it('says that the port is taken and how to choose another', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const exit = await runToEnd('--dir', folder.path, '--data', inFolder('taken'), '--port', String(port));
    await new Promise((resolve) => server.close(resolve));
    expectRefusal(exit, 1, 'PORT_IN_USE');
    expect(exit.stderr).toContain('--port');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends in order on %s in the middle of a run', async (signal) => {
    makeRepository(inFolder(signal), 4);
    const args = ['--dir', inFolder(signal), '--data', inFolder(`${signal}-data`), '--port', '0'];
    const product = await startProduct(...args);
    const { code, stderr, stdout } = await product.end(signal);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('The run goes on at the next start.');
  });
});
