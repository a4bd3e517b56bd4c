import { parseEventDraft } from '@fleetglass/core';
import { PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { EventInput } from '@fleetglass/core/protocol';
import { createClaudeCodeConverter } from '@fleetglass/sources/claude-code';
import { createPrices } from '@fleetglass/sources/prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assistant, other, prompt, result, text, thinking, toolUse, usage } from './session-sample.js';
import { summarize } from './summarize.js';

const prices = createPrices();

const SAMPLE = [
  prompt(0, 'Fix the bug – schnell 🐛'),
  assistant(1, 'msg_1', [thinking('Hm')], { tokens: usage(5, 1, 900, 30, 7) }),
  assistant(2, 'msg_1', [toolUse('t1', 'Read', { file_path: '/a.ts' })], {
    tokens: usage(5, 90, 900, 30, 7),
  }),
  result(3, 't1', 'content', { toolUseResult: { type: 'text', file: { filePath: '/a.ts', numLines: 3 } } }),
  assistant(4, 'msg_2', [toolUse('task_1', 'Task', { subagent_type: 'Explore', prompt: 'Look' })]),
  prompt(5, 'Look', { agentId: 'a1', isSidechain: true }),
  assistant(6, 'msg_s', [text('Found')], { agentId: 'a1', isSidechain: true }),
  result(7, 'task_1', 'done', { toolUseResult: { status: 'completed', agentId: 'a1' } }),
  other('system', 8, { subtype: 'compact_boundary', compactMetadata: { trigger: 'auto', preTokens: 9 } }),
  assistant(9, 'msg_3', [text('Done')]),
  other('system', 10, { subtype: 'turn_duration', durationMs: 10 }),
  prompt(11, 'Thanks'),
].map((line) => JSON.stringify(line));

function convert(lines: readonly string[]): EventInput[] {
  const converter = createClaudeCodeConverter({ prices, hasOwnFile: () => false });
  const events = lines.flatMap((line, index) =>
    converter.line(line, { file: 's.jsonl', lineNumber: index + 1 }),
  );
  return [...events, ...converter.end()];
}

/** What holds for any input: one run that begins and ends, unique ids, whole spans, consistent usage, plain JSON. */
function expectSound(events: readonly EventInput[]): void {
  const summary = summarize(events);
  expect(summary).toMatchObject({ runs: 1, openSpans: 0, openTasks: 0 });
  expect(events[0]?.type).toBe('run.created');
  expect(['run.completed', 'run.failed']).toContain(events.at(-1)?.type);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
  // Also that parts of usage never exceed the whole.
  for (const event of events) parseEventDraft({ v: PROTOCOL_VERSION, ...event });
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
}

const damage = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    line: fc.nat(),
    at: fc.nat(),
    char: fc.string({ minLength: 1, maxLength: 1 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), line: fc.nat(), at: fc.nat() }),
  fc.record({ kind: fc.constant('repeat' as const), line: fc.nat() }),
);

/** Values where the format has others. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    'assistant',
    'user',
    'system',
    'progress',
    'tool_use',
    'tool_result',
    'agent_progress',
    'a1',
    't1',
    'msg_1',
  ),
  fc.integer(),
  fc.constant(Number.MAX_SAFE_INTEGER),
  fc.constant(JSON.parse('{"a":[{"__proto__":{"b":1}}]}')),
  fc.constant(JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`)),
);
const block = fc.record(
  { type: odd, id: odd, name: odd, input: odd, text: odd, tool_use_id: odd, content: odd, is_error: odd },
  { requiredKeys: [] },
);
const tokens = fc.record(
  {
    input_tokens: odd,
    output_tokens: odd,
    cache_read_input_tokens: odd,
    cache_creation_input_tokens: odd,
    cache_creation: odd,
  },
  { requiredKeys: [] },
);
const message = fc.record(
  {
    id: odd,
    role: odd,
    model: fc.oneof(odd, fc.constant('claude-opus-4-6')),
    stop_reason: odd,
    content: fc.oneof(odd, fc.array(fc.oneof(block, odd), { maxLength: 4 })),
    usage: fc.oneof(odd, tokens),
  },
  { requiredKeys: [] },
);
const line = fc.record(
  {
    type: fc.oneof(fc.constantFrom('assistant', 'user', 'system', 'progress'), odd),
    subtype: fc.oneof(fc.constantFrom('compact_boundary', 'turn_duration', 'api_error'), odd),
    uuid: odd,
    parentUuid: odd,
    sessionId: odd,
    timestamp: fc.oneof(
      odd,
      fc.constantFrom('2026-02-11T12:00:00Z', '1960-01-01', '+275760-09-13T00:00:00Z'),
    ),
    agentId: odd,
    isSidechain: fc.boolean(),
    requestId: odd,
    message: fc.oneof(message, odd),
    toolUseResult: odd,
    data: fc.oneof(
      fc.record({
        type: fc.constant('agent_progress'),
        agentId: odd,
        message: fc.record({ type: odd, message }),
      }),
      odd,
    ),
    costUSD: odd,
  },
  { requiredKeys: ['type'] },
);

describe('hostile sessions', () => {
  it('damaged anywhere, never throw and lose nothing but the damaged lines', () => {
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 6 }), (damages) => {
        const lines = [...SAMPLE];
        const damaged = new Set<number>();
        for (const each of damages) {
          const index = each.line % SAMPLE.length;
          const original = lines[index] ?? '';
          damaged.add(index);
          if (each.kind === 'repeat') lines[index] = `${original}${original}`;
          else if (each.kind === 'cut') lines[index] = original.slice(0, each.at % original.length);
          else {
            const place = each.at % Math.max(original.length, 1);
            lines[index] = `${original.slice(0, place)}${each.char}${original.slice(place + 1)}`;
          }
        }
        const events = convert(lines);
        expectSound(events);
        const shown = new Set(
          events.flatMap((event) => (event.type === 'message.appended' ? [event.data.messageId] : [])),
        );
        SAMPLE.forEach((original, index) => {
          if (damaged.has(index) || !original.includes('"content"')) return;
          expect(shown.has(`main:${String(index + 1)}`)).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('made of odd values in the right places, never throw', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        expectSound(convert(lines.map((each) => JSON.stringify(each))));
      }),
      { numRuns: 500 },
    );
  });

  it('nested without end, never exhaust the stack', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const call = JSON.stringify(assistant(1, 'msg_1', [toolUse('t1', 'Odd', { deep: 'DEEP' })])).replace(
      '"DEEP"',
      deep,
    );
    const answer = JSON.stringify(result(2, 't1', 'DEEP')).replace('"DEEP"', deep);
    const events = convert([JSON.stringify(prompt(0, 'Go')), call, answer]);
    expectSound(events);
    expect(summarize(events)).toMatchObject({ modelCalls: 1, toolCalls: 1 });
  });

  it('carries tool inputs and outputs that are made to hurt as what every reader of events accepts', () => {
    const inputs = ['{"a":[{"__proto__":{"b":1}}]}', `{"deep":${'['.repeat(80)}${']'.repeat(80)}}`];
    const lines = inputs.flatMap((input, index) => [
      assistant(2 * index, `msg_${index}`, [
        toolUse(`t${index}`, 'Read', JSON.parse(input) as Record<string, unknown>),
      ]),
      result(2 * index + 1, `t${index}`, JSON.parse(`[${input}]`)),
    ]);
    const events = convert(lines.map((line) => JSON.stringify(line)));
    expectSound(events);
    expect(events.filter(({ type }) => type === 'span.ended')).toHaveLength(4);
  });
});
