import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFleetglassError } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { readClaudeCodeSession } from '@fleetglass/sources/claude-code';
import type { ReadClaudeCodeOptions } from '@fleetglass/sources/claude-code';
import { createPrices } from '@fleetglass/sources/prices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assistant, file, prompt, result, text, toolUse } from './session-sample.js';
import { summarize } from './summarize.js';

const prices = createPrices();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleetglass-session-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function read(path: string, options: Partial<ReadClaudeCodeOptions> = {}): Promise<EventInput[]> {
  const events: EventInput[] = [];
  for await (const batch of readClaudeCodeSession(path, { prices, ...options })) events.push(...batch);
  return events;
}

const parent = [
  prompt(0, 'Find the bug'),
  assistant(2, 'msg_1', [
    toolUse('task_1', 'Task', { subagent_type: 'Explore', description: 'Look', prompt: 'Look around' }),
  ]),
  result(9, 'task_1', 'found', { toolUseResult: { status: 'completed', agentId: 'a1' } }),
  assistant(10, 'msg_2', [text('Done')]),
];
const worker = [
  prompt(3, 'Look around', { agentId: 'a1', isSidechain: true }),
  assistant(4, 'msg_s', [text('Looking')], { agentId: 'a1', isSidechain: true }),
];

describe('readClaudeCodeSession', () => {
  it('merges the sub-agents’ files by time and gives them their type', async () => {
    const main = write('merged/s.jsonl', file(parent));
    write('merged/s/subagents/agent-a1.jsonl', file(worker));
    const events = await read(main);
    const order = events.flatMap((event) => (event.type === 'span.started' ? [event.spanId] : []));
    expect(order).toEqual(['msg_1/req_msg_1', 'task_1', 'msg_s/req_msg_s', 'msg_2/req_msg_2']);
    const joined = events.find((event) => event.type === 'agent.joined' && event.agentId === 'a1');
    expect(joined?.data).toEqual({ name: 'Explore', role: 'Explore', parentAgentId: 'main' });
    const task = events.find((event) => event.type === 'task.created' && event.agentId === 'a1');
    expect(task?.data).toMatchObject({ name: 'Look', parentTaskId: 'prompt-1' });
    const ended = events.findIndex((event) => event.type === 'task.completed' && event.agentId === 'a1');
    const next = events.findIndex(
      (event) => event.type === 'span.started' && event.spanId === 'msg_2/req_msg_2',
    );
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(next);
  });

  it('finds sub-agents beside the session where older versions wrote them, by the session’s id', async () => {
    const main = write('beside/s.jsonl', file(parent));
    write('beside/agent-a1.jsonl', file(worker));
    write('beside/agent-b2.jsonl', file(worker.map((line) => ({ ...line, sessionId: 'another' }))));
    expect(summarize(await read(main))).toMatchObject({ agents: 2, modelCalls: 3 });
  });

  it('gives the same events with the same ids for the same bytes, and unique ones', async () => {
    const main = write('same/s.jsonl', file(parent));
    write('same/s/subagents/agent-a1.jsonl', file(worker));
    const first = await read(main);
    expect(await read(main, { batchSize: 1 })).toEqual(first);
    expect(new Set(first.map((event) => event.id)).size).toBe(first.length);
  });

  it('counts a half-written last line and goes on to the end', async () => {
    const main = write('half/s.jsonl', `${file(parent)}{"type":"assistant","mess`);
    const summary = summarize(await read(main));
    expect(summary.warnings).toEqual(['Line 5 of main was left out: half-written.']);
    expect(summary).toMatchObject({ modelCalls: 2, openSpans: 0, facts: { records: 5, badLines: 1 } });
  });

  it('reads a last line without a line end, carriage returns and a byte order mark', async () => {
    const lines = parent.map((line) => JSON.stringify(line)).join('\r\n');
    const summary = summarize(await read(write('ends/s.jsonl', `\uFEFF${lines}`)));
    expect(summary).toMatchObject({ modelCalls: 2, warnings: [] });
  });

  it('says what is wrong with a path that is no session', async () => {
    const codeOf = async (path: string) => {
      try {
        await read(path);
      } catch (error) {
        return isFleetglassError(error) ? error.code : error;
      }
      return undefined;
    };
    expect(await codeOf(join(folder, 'missing.jsonl'))).toBe('NOT_FOUND');
    expect(await codeOf(folder)).toBe('BAD_INPUT');
  });

  it('fails the run of a file without one readable line, and has nothing to say about an empty one', async () => {
    const events = await read(write('bad/s.jsonl', new Uint8Array([0xff, 0xfe, 0x0a, 0x00, 0x0a])));
    expect(events.at(0)?.type).toBe('run.created');
    expect(events.at(-1)).toMatchObject({ type: 'run.failed', data: { error: { code: 'BAD_INPUT' } } });
    expect(await read(write('empty/s.jsonl', ''))).toEqual([]);
  });

  it('moves large payloads into blobs, or cuts them and says so', async () => {
    const long = 'x'.repeat(50_000);
    const main = write(
      'large/s.jsonl',
      file([
        prompt(0, 'Read'),
        assistant(1, 'msg_1', [toolUse('t1', 'Read', { file_path: '/a' })]),
        result(2, 't1', long),
      ]),
    );
    const outputOf = (events: readonly EventInput[]) =>
      events.flatMap((event) =>
        event.type === 'span.ended' && event.spanId === 't1' ? [event.data.output] : [],
      )[0];

    const cut = outputOf(await read(main));
    const value = cut?.kind === 'inline' && typeof cut.value === 'string' ? cut.value : '';
    expect(value.length).toBeLessThan(17_000);
    expect(value.slice(-30)).toMatch(/33616 more characters\]$/);

    const blobs = new Map<string, Uint8Array>();
    const putBlob = (bytes: Uint8Array, mediaType: string) => {
      blobs.set(`blob-${String(blobs.size)}`, bytes);
      expect(mediaType).toBe('text/plain');
      return Promise.resolve(`blob-${String(blobs.size - 1)}`);
    };
    const kept = outputOf(await read(main, { putBlob }));
    expect(kept).toMatchObject({ kind: 'blob', bytes: 50_000 });
    const bytes = kept?.kind === 'blob' ? blobs.get(kept.ref) : undefined;
    expect(new TextDecoder().decode(bytes)).toBe(long);
  });
});
