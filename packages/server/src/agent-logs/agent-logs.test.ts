import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryStore, createOrchestrator } from '@fleetglass/core';
import type { FleetglassError, ModelProvider, PriceTable } from '@fleetglass/core';
import { createAgentLogs } from './agent-logs.js';
import { safeName } from './log-files.js';

const base = mkdtempSync(join(tmpdir(), 'fleetglass-agent-logs-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;
const newFolder = (): string => join(base, `${(count += 1)}`);

const provider: ModelProvider = {
  id: 'fake',
  countTokens: () => 10,
  call: async ({ messages }) => ({
    text: `You said: ${messages[0]?.content.slice(0, 20) ?? ''}`,
    usage: { inputTokens: 10, cacheReadTokens: 4, outputTokens: 5 },
  }),
};

const prices: PriceTable = {
  cost: ({ model }) => (model === 'm' ? { nanoUsd: 2_000_000, basis: 'list' } : { basis: 'unknown' }),
  limits: () => ({ maxOutputTokens: 100, contextTokens: 1_000 }),
};

const jsonLines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);

async function runAgents(dir: string, prompt: string, model = 'm', runId = 'r1') {
  const store = createMemoryStore();
  const orchestrator = createOrchestrator({ store, prices });
  const logs = createAgentLogs({ store, dir });
  const run = orchestrator.run(
    'work',
    (ctx) =>
      ctx.agent('writer', async (agent) => {
        await agent.tool('read', () => 'x'.repeat(5_000), { input: { path: 'a.txt' } });
        await agent.tool('fail', () => Promise.reject(new Error('no such file'))).catch(() => undefined);
        await agent.model({ provider, model, prompt });
        return 'done';
      }),
    { id: runId },
  );
  await run.result;
  await orchestrator.close();
  await logs.close();
  return logs;
}

describe('the files of an agent', () => {
  it('hold its prompts, its texts, its tools and a summary', async () => {
    const dir = newFolder();
    const logs = await runAgents(dir, 'Write a line.');
    const agent = join(dir, 'r1', 'writer');
    expect(readdirSync(agent).sort()).toEqual(['prompt.txt', 'summary.jsonl', 'text.txt', 'tools.jsonl']);
    expect(readFileSync(join(agent, 'prompt.txt'), 'utf8')).toContain('user: Write a line.');
    expect(readFileSync(join(agent, 'text.txt'), 'utf8')).toBe('You said: Write a line.\n\n');
    const tools = jsonLines(join(agent, 'tools.jsonl'));
    expect(tools).toMatchObject([
      { type: 'tool_use', tool_name: 'read', input: { path: 'a.txt' } },
      { type: 'tool_result', tool_name: 'read', is_error: false },
      { type: 'tool_use', tool_name: 'fail' },
      { type: 'tool_result', tool_name: 'fail', is_error: true },
    ]);
    expect(tools[0]?.['tool_use_id']).toBe(tools[1]?.['tool_use_id']);
    expect(String(tools[1]?.['content']).length).toBe(2_000);
    expect(String(tools[3]?.['content'])).toContain('no such file');
    const summary = jsonLines(join(agent, 'summary.jsonl'));
    expect(summary.map(({ type }) => type)).toEqual(['ModelCall', 'Task', 'ResultMessage']);
    expect(summary.at(-1)).toMatchObject({
      is_error: false,
      num_turns: 1,
      session_id: 'r1',
      total_cost_usd: 0.002,
      usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 5 },
    });
    expect(logs.dropped).toBe(0);
    expect(statSync(join(agent, 'prompt.txt')).mode & 0o077).toBe(0);
  });

  it('hold the whole of a prompt that the log keeps apart', async () => {
    const dir = newFolder();
    const prompt = `${'long '.repeat(10_000)}end`;
    await runAgents(dir, prompt);
    expect(readFileSync(join(dir, 'r1', 'writer', 'prompt.txt'), 'utf8')).toContain(prompt);
  });

  it('say that a cost is not known, and never that it is 0', async () => {
    const dir = newFolder();
    await runAgents(dir, 'Hi', 'nobody knows its price');
    const [call, , result] = jsonLines(join(dir, 'r1', 'writer', 'summary.jsonl'));
    expect(call).toMatchObject({ cost_usd: null, cost_basis: 'unknown' });
    expect(result).toMatchObject({ total_cost_usd: null, calls_without_price: 1 });
  });

  it('[SEC-29] stay in their folder whatever ids are', async () => {
    const dir = newFolder();
    await runAgents(dir, 'Hi', 'm', '../../outside');
    expect(readdirSync(dir)).toEqual([safeName('../../outside')]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string(), (one, other) => {
        expect(safeName(one)).toMatch(/^[A-Za-z0-9_~-]+$/);
        expect(safeName(one).length).toBeLessThan(100);
        if (one !== other) expect(safeName(one)).not.toBe(safeName(other));
      }),
    );
  });
});

describe('what cannot be written', () => {
  it('is counted and told, and the run does not notice', async () => {
    const dir = newFolder();
    writeFileSync(dir, 'a file where the folder should be');
    const errors: FleetglassError[] = [];
    const store = createMemoryStore();
    const orchestrator = createOrchestrator({ store });
    const logs = createAgentLogs({ store, dir, onError: (error) => errors.push(error) });
    const run = orchestrator.run('work', (ctx) => ctx.agent('a', (agent) => agent.tool('t', () => 'ok')));
    await expect(run.result).resolves.toBe('ok');
    await orchestrator.close();
    await logs.close();
    expect(errors.length).toBeGreaterThan(0);
    expect(logs.dropped).toBeGreaterThan(0);
  });

  it('of too many events at once is the oldest', async () => {
    const dir = newFolder();
    const store = createMemoryStore();
    const logs = createAgentLogs({ store, dir, buffer: 10 });
    await store.append(
      Array.from({ length: 25 }, (_, index) => ({
        v: 1,
        time: 1_000 + index,
        type: 'message.appended',
        runId: 'r',
        agentId: 'a',
        data: { messageId: `m${index}`, role: 'assistant', parts: [{ kind: 'text', text: `line ${index}` }] },
      })),
    );
    await logs.close();
    expect(logs.dropped).toBe(15);
    const text = readFileSync(join(dir, 'r', 'a', 'text.txt'), 'utf8');
    expect(text.trim().split('\n\n')).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 15}`));
  });
});
