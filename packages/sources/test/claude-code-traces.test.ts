import { readFileSync } from 'node:fs';
import { parseEventDraft } from '@fleetglass/core';
import { createClaudeCodeConverter, readClaudeCodeSession } from '@fleetglass/sources/claude-code';
import { createPrices } from '@fleetglass/sources/prices';
import { PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import type { EventInput } from '@fleetglass/core/protocol';
import { describe, expect, it } from 'vitest';
import { summarize } from './summarize.js';
import type { Summary } from './summarize.js';
import { hasTraces, readTrace, tracePath } from './traces.js';

interface Expected {
  readonly run: string;
  readonly kind: string;
  readonly files: readonly string[];
  readonly records: number;
  readonly badLines: number;
  readonly llmCalls: number;
  readonly toolCalls: number;
  readonly toolErrors: number;
  readonly agents: number;
  readonly models: Readonly<Record<string, number>>;
  readonly tokens: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly cache_creation_input_tokens: number;
    readonly cache_read_input_tokens: number;
  };
  readonly time: readonly [string, string];
  readonly costComputed: {
    readonly usd: number;
    readonly unpricedCalls: number;
    readonly cacheWrite1hTokens: number;
  };
}

const present = hasTraces('recorded Claude Code sessions');
const recordings = present
  ? (readTrace('EXPECTED.json') as readonly Expected[]).filter(({ kind }) => kind.startsWith('claude-code'))
  : [];
const prices = createPrices();

/** File after file, as the list names them: the order that is hardest on the converter. */
function convertSequentially(files: readonly string[]): EventInput[] {
  const converter = createClaudeCodeConverter({ prices });
  const events: EventInput[] = [];
  for (const file of files) {
    const lines = readFileSync(tracePath(file), 'utf8').split('\n');
    lines.forEach((line, index) => events.push(...converter.line(line, { file, lineNumber: index + 1 })));
  }
  events.push(...converter.end());
  return events;
}

function expectAsRecorded(summary: Summary, expected: Expected): void {
  const { usage } = summary;
  const writes = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens;
  expect({
    records: summary.facts['records'],
    badLines: summary.facts['badLines'],
    warnings: summary.warnings.length,
    llmCalls: summary.modelCalls,
    toolCalls: summary.toolCalls,
    toolErrors: summary.toolErrors,
    agents: summary.agents,
    models: summary.models,
    unpricedCalls: summary.unpricedCalls,
    cacheWrite1hTokens: usage.cacheWrite1hTokens,
    tokens: {
      input_tokens: usage.inputTokens - usage.cacheReadTokens - writes,
      output_tokens: usage.outputTokens,
      cache_creation_input_tokens: writes,
      cache_read_input_tokens: usage.cacheReadTokens,
    },
  }).toEqual({
    records: expected.records,
    badLines: expected.badLines,
    warnings: expected.badLines,
    llmCalls: expected.llmCalls,
    toolCalls: expected.toolCalls,
    toolErrors: expected.toolErrors,
    agents: expected.agents,
    models: expected.models,
    unpricedCalls: expected.costComputed.unpricedCalls,
    cacheWrite1hTokens: expected.costComputed.cacheWrite1hTokens,
    tokens: expected.tokens,
  });
  expect(Math.abs(summary.nanoUsd / 1e9 - expected.costComputed.usd)).toBeLessThanOrEqual(
    expected.costComputed.usd * 1e-9,
  );
  expect({ runs: summary.runs, openSpans: summary.openSpans, openTasks: summary.openTasks }).toEqual({
    runs: 1,
    openSpans: 0,
    openTasks: 0,
  });
}

describe.skipIf(!present)('recorded Claude Code sessions', () => {
  it.each(recordings.map((expected) => [expected.run, expected] as const))('%s', (_run, expected) => {
    expectAsRecorded(summarize(convertSequentially(expected.files)), expected);
  });

  it.each(recordings.map((expected) => [expected.run, expected] as const))(
    '%s read from disk',
    async (run, expected) => {
      const events: EventInput[] = [];
      for await (const batch of readClaudeCodeSession(tracePath(run), { prices })) events.push(...batch);
      expectAsRecorded(summarize(events), expected);
      for (const event of events) parseEventDraft({ v: PROTOCOL_VERSION, ...event });
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      const completed = events.at(-1);
      expect([completed?.type, completed?.time]).toEqual(['run.completed', Date.parse(expected.time[1])]);
    },
  );

  it('takes a sub-agent’s calls from the copies in the session where its own file is missing', () => {
    const expected = recordings.find(({ run }) => run.includes('4d5611e5'));
    const [main = '', ...own] = expected?.files ?? [];
    const convert = (hasOwnFile: boolean) => {
      const converter = createClaudeCodeConverter({ prices, hasOwnFile: () => hasOwnFile });
      const lines = readFileSync(tracePath(main), 'utf8').split('\n');
      const events = lines.flatMap((line, index) =>
        converter.line(line, { file: main, lineNumber: index + 1 }),
      );
      return summarize([...events, ...converter.end()]);
    };
    const without = convert(true);
    const copied = convert(false);
    const [worker = ''] = own;
    const alone = summarize(convertSequentially([worker]));
    expect(without.agents).toBe(1);
    expect(copied.agents).toBe(2);
    expect(copied.modelCalls - without.modelCalls).toBeGreaterThan(0);
    expect(copied.modelCalls - without.modelCalls).toBeLessThanOrEqual(alone.modelCalls);
  });
});
