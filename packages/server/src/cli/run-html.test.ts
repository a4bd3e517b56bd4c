import type { EventInput } from '@fleetglass/core/protocol';
import { runToHtml } from '@fleetglass/react/export';
import { describe, expect, it } from 'vitest';
import { toRunHtml } from './run-html.js';
import type { RunHtmlChoice } from './run-html.js';

const HOSTILE = '</script><script>attack()</script><!--\u2028<img src=x onerror=attack()>';

function recordingOf(...runs: readonly (readonly [id: string, name: string])[]): readonly EventInput[] {
  return runs.flatMap(([runId, name]): EventInput[] => [
    { type: 'run.created', runId, time: 1, data: { name } },
    {
      type: 'message.appended',
      runId,
      agentId: 'A',
      time: 2,
      data: { messageId: 'm', role: 'assistant', parts: [{ kind: 'text', text: `said in ${runId}` }] },
    },
  ]);
}

async function htmlOf(events: readonly EventInput[], choice: Partial<RunHtmlChoice> = {}): Promise<string> {
  async function* batches() {
    yield events;
  }
  const assets = { script: 'void 0', styles: ':root{}' };
  const pieces = toRunHtml(
    batches(),
    { path: 'a.jsonl', runId: undefined, redact: false, ...choice },
    (document) => runToHtml({ ...document, assets }),
  );
  let html = '';
  for await (const piece of pieces) html += piece;
  return html;
}

/** What the page of a document reads. */
function dataOf(html: string): { runId: string; events: { runId: string; seq: number }[] } {
  const [, json = ''] = /id="fleetglass-run">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as ReturnType<typeof dataOf>;
}

describe('a run as a page', () => {
  it('holds the events of the only run, under its name', async () => {
    const html = await htmlOf(recordingOf(['run_1', 'Nightly']));
    expect(html).toContain('<title>Nightly</title>');
    expect(dataOf(html)).toMatchObject({ runId: 'run_1', events: [{ seq: 1 }, { seq: 2 }] });
  });

  it('holds the chosen run and nothing of another', async () => {
    const html = await htmlOf(recordingOf(['run_1', 'One'], ['run_2', 'Two']), { runId: 'run_2' });
    expect(html).not.toContain('run_1');
    expect(dataOf(html).events.map(({ seq }) => seq)).toEqual([3, 4]);
  });

  it('asks which run where there are several', async () => {
    await expect(htmlOf(recordingOf(['run_1', 'One'], ['run_2', 'Two']))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'a.jsonl holds 2 runs and a page shows one: choose it with --run, from run_1, run_2.',
    });
    await expect(htmlOf([])).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('says which runs there are when the chosen one is not among them', async () => {
    await expect(htmlOf(recordingOf(['run_1', 'One']), { runId: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'a.jsonl holds no run x: choose from run_1.',
    });
  });

  it('lets no text of a recording end its place', async () => {
    const html = await htmlOf(recordingOf(['run_1', HOSTILE]));
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toMatch(/<!--|<img/);
    expect(dataOf(html).events).toMatchObject([{ data: { name: HOSTILE } }, {}]);
  });

  it('holds no secret, and with redact nothing that was said', async () => {
    // Put together at run time, so that no scanner takes this file for a leak.
    const secret = `sk-ant-api03-${'aB3dE6gH9jKmN2pQ5sTv8xYz'.repeat(4)}`;
    const events = recordingOf(['run_1', `key ${secret}`]);
    expect(await htmlOf(events)).not.toContain(secret);
    expect(await htmlOf(events)).toContain('said in run_1');
    expect(await htmlOf(events, { redact: true })).not.toContain('said in run_1');
  });
});
