import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeNdjson } from '@fleetglass/sources/ndjson';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launchChromium, openPage } from './chromium.js';
import { runsOf, untilMoment, untilRun } from './page.js';
import type { Product } from './product.js';
import { build, startProduct } from './product.js';
import { temporaryFolder } from './small-repository.js';

const TRACES = fileURLToPath(new URL('../../shared/traces', import.meta.url));
const hasTraces = existsSync(join(TRACES, 'EXPECTED.json'));
if (!hasTraces) console.warn('\nNo recorded sessions at ../shared/traces: their costs are not compared.\n');

interface Expected {
  readonly run: string;
  readonly costComputed: { readonly usd: number } | null;
}

const sessions = (): readonly Expected[] => {
  const all = hasTraces
    ? (JSON.parse(readFileSync(join(TRACES, 'EXPECTED.json'), 'utf8')) as Expected[])
    : [];
  const wanted = ['claude-code/spotter-tool_heavy.jsonl', 'claude-code/agentcmd-full-session-three.jsonl'];
  return all.filter(({ run }) => wanted.includes(run));
};

describe.skipIf(!CHROMIUM)('a recording in the page', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let product: Product | undefined;
  beforeAll(async () => {
    await build();
    browser = await launchChromium();
  });
  afterEach(async () => {
    await product?.end('SIGKILL');
  });
  afterAll(async () => {
    await browser.close();
    folder.remove();
  });

  it.skipIf(!hasTraces).each(sessions())('of $run shows its cost', async ({ run, costComputed }) => {
    product = await startProduct('--open', join(TRACES, run), '--port', '0');
    const { page, errors } = await openPage(browser, product.url);
    const shown = await untilRun(page, ({ nanoUsd }) => nanoUsd > 0);
    expect(shown.nanoUsd / 1e9).toBeCloseTo(costComputed?.usd ?? Number.NaN, 8);
    await page.getByRole('banner').getByText('Recorded session').waitFor();
    expect(await page.getByRole('button', { name: 'New run' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('of our own log shows what can be read of a half-written file, says so, and can be replayed but not steered', async () => {
    const file = join(folder.path, 'log.jsonl');
    const event = (seq: number, type: string, data: Record<string, unknown>): FleetEvent => ({
      v: PROTOCOL_VERSION,
      seq,
      time: 1_700_000_000_000 + seq * 1000,
      runId: 'run_1',
      type,
      data,
    });
    const events = [
      event(1, 'run.created', { name: 'nightly' }),
      event(2, 'run.started', {}),
      event(3, 'usage.recorded', {
        usage: { inputTokens: 5, outputTokens: 1 },
        cost: { nanoUsd: 25_000_000, basis: 'list' },
      }),
      event(4, 'run.completed', {}),
    ];
    let text = '';
    for await (const piece of writeNdjson(events)) text += piece;
    writeFileSync(file, `${text}{"v":1,"seq":5,"time":17`);

    product = await startProduct('--open', file, '--port', '0');
    expect(product.output()).toContain('BAD_INPUT: 1 line was left out');
    const { page } = await openPage(browser, product.url);
    await untilRun(page, ({ status, nanoUsd }) => status === 'completed' && nanoUsd === 25_000_000);
    await page.evaluate(() => window.fleetglass?.monitor.seek(2));
    await untilMoment(page, 2);
    expect((await runsOf(page)).map(({ status }) => status)).toEqual(['running']);
    const answer = await page.evaluate(() =>
      window.fleetglass?.monitor.command({ type: 'cancel', runId: 'run_1' }),
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
  });
});
