import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEventLog, createMemoryStore, createRecorder, FleetglassError } from '@fleetglass/core';
import { createGateway } from '@fleetglass/server';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, launchChromium, openPage } from './chromium.js';
import { goToPage, runPage, runRows } from './page.js';
import { openOffline } from './offline-file.js';
import { temporaryFolder } from './small-repository.js';
import type { TemporaryFolder } from './small-repository.js';
import type { RunningTool } from './tool.js';
import { buildTool, runTool, startTool } from './tool.js';

const TRACES = fileURLToPath(new URL('../../shared/traces', import.meta.url));
const hasTraces = existsSync(join(TRACES, 'EXPECTED.json'));

const time = (second: number) => new Date(Date.now() - 60_000 + second * 1_000).toISOString();
const line = (second: number, fields: object) =>
  `${JSON.stringify({ uuid: `u${String(second)}`, sessionId: 'session-1', timestamp: time(second), cwd: '/work', ...fields })}\n`;
const prompt = (second: number, text: string) =>
  line(second, { type: 'user', message: { role: 'user', content: text } });
const answer = (second: number, id: string, text: string) =>
  line(second, {
    type: 'assistant',
    requestId: `req-${id}`,
    message: {
      id,
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text }],
      usage: { input_tokens: 1_000, output_tokens: 2_000 },
    },
  });

describe.skipIf(CHROMIUM === undefined)('fleetglass', () => {
  let browser: Browser;
  let temporary: TemporaryFolder;
  let folder: string;
  let tool: RunningTool | undefined;

  beforeAll(async () => {
    await buildTool();
    browser = await launchChromium();
  }, 300_000);
  afterAll(() => browser.close());
  beforeEach(() => {
    temporary = temporaryFolder();
    folder = temporary.path;
  });
  afterEach(async () => {
    await tool?.end();
    tool = undefined;
    temporary.remove();
  });

  it('watches a folder of sessions: a new line, and a new session, reach the screen', async () => {
    const project = join(folder, '-work');
    mkdirSync(project);
    const session = join(project, 'session-1.jsonl');
    writeFileSync(session, prompt(0, 'Write the report') + answer(1, 'msg_1', 'One'));
    tool = await startTool(['watch', folder]);
    const { page, errors } = await openPage(browser, tool.url);
    await runPage(page, 'Write the report');
    appendFileSync(session, answer(2, 'msg_2', 'Two') + prompt(3, 'And the next'));
    // Two calls of 1,000 input and 2,000 output tokens at 3 and 15 USD a million.
    await page.getByText('$0.066', { exact: true }).first().waitFor();
    writeFileSync(
      join(project, 'session-2.jsonl'),
      (prompt(4, 'Another session') + answer(5, 'msg_9', 'Hello')).replaceAll('session-1', 'session-2'),
    );
    await goToPage(page, 'Runs');
    await runRows(page).filter({ hasText: 'Another session' }).click();
    await runPage(page, 'Another session');
    await page.goBack();
    await page.getByRole('searchbox').fill('report');
    await page.getByText('1 of 2', { exact: true }).first().waitFor();
    expect(errors).toEqual([]);
    expect((await tool.end()).code).toBe(0);
  });

  it('watches a running gateway with its token, and passes commands on', async () => {
    const store = createMemoryStore();
    const commands: unknown[] = [];
    const gateway = createGateway({
      host: {
        log: createEventLog(store),
        blobs: store,
        commands: {
          execute: (command) => {
            commands.push(command);
            return Promise.reject(new FleetglassError('RUN_ENDED', 'It is over.'));
          },
        },
      },
      token: 'viewer-token',
      port: 0,
    });
    await gateway.listen();
    try {
      const recorder = createRecorder({ store });
      const run = recorder.run('Nightly');
      await recorder.flush();
      const refused = await runTool('watch', gateway.url, '--port', '0');
      expect([refused.code, refused.stderr.includes('UNAUTHENTICATED')]).toEqual([1, true]);

      tool = await startTool(['watch', gateway.url], { FLEETGLASS_TOKEN: 'viewer-token' });
      const { page } = await openPage(browser, tool.url);
      await runPage(page, 'Nightly');
      run.agent('WRITER').task('Draft the text');
      await recorder.flush();
      await page.getByText('Draft the text').first().waitFor();
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByText('It is over.').first().waitFor();
      expect(commands).toEqual([expect.objectContaining({ type: 'pause', runId: run.id })]);
    } finally {
      await tool?.end();
      tool = undefined;
      await gateway.close();
      await store.close();
    }
  });

  it('opens a recording and says what it left out', async () => {
    const file = join(folder, 'session-1.jsonl');
    writeFileSync(file, `${prompt(0, 'Write the report')}{"half\n${answer(1, 'msg_1', 'One')}`);
    tool = await startTool(['open', file]);
    const { page, errors } = await openPage(browser, tool.url);
    await runPage(page, 'Write the report');
    await page.getByText('Line 2 of main was left out: not JSON.').first().waitFor();
    expect(errors).toEqual([]);
  });

  it.skipIf(!hasTraces)('opens the recorded sessions with several agents', async () => {
    tool = await startTool(['open', join(TRACES, 'claude-code-multiagent')]);
    const { page, errors } = await openPage(browser, tool.url);
    await runRows(page).nth(2).waitFor();
    expect(await runRows(page).count()).toBe(3);
    await runRows(page).filter({ hasText: 'Implement' }).click();
    await page.getByText('Compaction').first().waitFor();
    expect(errors).toEqual([]);
  });

  it('writes a session as a file that replays without a network', async () => {
    const session = join(folder, 'session-1.jsonl');
    writeFileSync(session, prompt(0, 'Count </script> the files') + answer(5, 'm1', 'There are 12 of them.'));
    const file = join(folder, 'session.html');
    const { code, stdout } = await runTool('export', session, '--to', 'html', '--out', file);
    expect([code, stdout]).toEqual([0, '']);

    const { page, errors, requests } = await openOffline(browser, file);
    const stats = page.locator('.fg-stats');
    await expect.poll(() => stats.innerText()).toContain('0.033');
    await page.getByRole('slider', { name: 'Moment shown' }).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => stats.innerText()).not.toContain('0.033');
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});
