import type { EventInput, EventType } from '@fleetglass/core/protocol';
import { createClaudeCodeConverter } from '@fleetglass/sources/claude-code';
import type { ClaudeCodeOptions } from '@fleetglass/sources/claude-code';
import { createPrices } from '@fleetglass/sources/prices';
import { describe, expect, it } from 'vitest';
import type { Line } from './session-sample.js';
import {
  assistant,
  at,
  other,
  prompt,
  result,
  text,
  thinking,
  timeAt,
  toolUse,
  usage,
} from './session-sample.js';
import { summarize } from './summarize.js';

const prices = createPrices();

function convert(lines: readonly (Line | string)[], options: Partial<ClaudeCodeOptions> = {}): EventInput[] {
  const converter = createClaudeCodeConverter({ prices, ...options });
  const events = lines.flatMap((line, index) =>
    converter.line(typeof line === 'string' ? line : JSON.stringify(line), {
      file: 'session-1.jsonl',
      lineNumber: index + 1,
    }),
  );
  return [...events, ...converter.end()];
}

type Of<T extends EventType> = Extract<EventInput, { type: T }>;

function ofType<T extends EventType>(events: readonly EventInput[], type: T): Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

const modelEnds = (events: readonly EventInput[]) =>
  ofType(events, 'span.ended').filter((event) => event.data.usage !== undefined);

describe('one call on several lines', () => {
  const lines = [
    prompt(0, 'Go'),
    assistant(1, 'msg_1', [thinking('Hm')], { tokens: usage(10, 1, 1_000, 200) }),
    assistant(2, 'msg_1', [text('I will look')], { tokens: usage(10, 1, 1_000, 200) }),
    other('progress', 3, { data: { type: 'hook_progress' } }),
    assistant(4, 'msg_1', [toolUse('t1', 'Bash', { command: 'ls' })], { tokens: usage(10, 300, 1_000, 200) }),
    result(5, 't1', 'a b'),
  ];

  it('is one span with the greatest usage, input including what was cached', () => {
    const ends = modelEnds(convert(lines));
    expect(ends.map((event) => event.data.usage)).toEqual([
      { inputTokens: 1_210, cacheReadTokens: 1_000, cacheWrite5mTokens: 200, outputTokens: 300 },
    ]);
  });

  it('lasts from its request to its last line', () => {
    const events = convert(lines);
    const started = ofType(events, 'span.started').find((event) => event.data.kind === 'model');
    expect([started?.time, modelEnds(events)[0]?.time]).toEqual([timeAt(0), timeAt(4)]);
  });

  it('keeps every line of what was said, once', () => {
    const parts = ofType(convert(lines), 'message.appended').flatMap((event) =>
      event.data.parts.map(({ kind }) => kind),
    );
    expect(parts).toEqual(['text', 'thinking', 'text', 'toolCall', 'toolResult']);
  });

  it('is not counted again when its lines come back later, but what they add is', () => {
    const again = [
      ...lines,
      assistant(6, 'msg_2', [text('Next')], { tokens: usage(1, 1) }),
      assistant(7, 'msg_1', [text('I will look')], { tokens: usage(10, 300, 1_000, 200) }),
    ];
    const before = summarize(convert(again));
    expect(before).toMatchObject({ modelCalls: 2, usage: { outputTokens: 301 } });
    const raised = summarize(
      convert([...again, assistant(8, 'msg_1', [text('more')], { tokens: usage(10, 500, 1_000, 200) })]),
    );
    expect(raised).toMatchObject({ modelCalls: 2, usage: { inputTokens: 1_211, outputTokens: 501 } });
    expect(raised.nanoUsd - before.nanoUsd).toBe(200 * 25_000);
  });

  it('is another call when the same message belongs to another request', () => {
    const events = convert([...lines, assistant(6, 'msg_1', [text('retry')], { requestId: 'req_other' })]);
    expect(summarize(events).modelCalls).toBe(2);
  });
});

describe('agent_progress', () => {
  const copy = {
    type: 'assistant',
    ...pick(assistant(3, 'msg_s', [text('Looking')], { tokens: usage(5, 7) })),
  };
  const lines = [
    prompt(0, 'Go'),
    assistant(1, 'msg_1', [toolUse('task_1', 'Task', { subagent_type: 'Explore', prompt: 'Look' })], {
      tokens: usage(1, 1),
    }),
    other('progress', 3, {
      parentToolUseID: 'task_1',
      data: { type: 'agent_progress', agentId: 'a1', message: copy },
    }),
    assistant(3, 'msg_s', [text('Looking')], { agentId: 'a1', isSidechain: true, tokens: usage(5, 7) }),
  ];

  it('does not count a sub-agent’s call twice, with or without its own lines', () => {
    expect(summarize(convert(lines))).toMatchObject({ agents: 2, modelCalls: 2, usage: { outputTokens: 8 } });
    const both = summarize(convert(lines, { hasOwnFile: () => false }));
    expect(both).toMatchObject({ agents: 2, modelCalls: 2, usage: { outputTokens: 8 } });
    const copies = summarize(convert(lines.slice(0, 3), { hasOwnFile: () => false }));
    expect(copies).toMatchObject({ agents: 2, modelCalls: 2, usage: { outputTokens: 8 } });
  });

  it('tells which call started the sub-agent', () => {
    const joined = ofType(convert(lines), 'agent.joined').find((event) => event.agentId === 'a1');
    expect(joined?.data).toEqual({ name: 'Explore', role: 'Explore', parentAgentId: 'main' });
  });
});

function pick(line: Line): Line {
  const { message, requestId, timestamp, uuid } = line;
  return { message, requestId, timestamp, uuid };
}

describe('output that is a placeholder', () => {
  it('is said to be a lower bound', () => {
    const told = summarize(convert([prompt(0, 'Go'), assistant(1, 'msg_1', [text('Hi')])])).facts;
    expect(told['outputTokens']).toMatch(/^lower bound/);
    const line = assistant(1, 'msg_1', [text('Hi')]);
    const message = { ...(line['message'] as Line), stop_reason: 'end_turn' };
    expect(summarize(convert([prompt(0, 'Go'), { ...line, message }])).facts['outputTokens']).toBeUndefined();
  });
});

describe('cache writes', () => {
  const costOf = (tokens: Line) =>
    modelEnds(convert([prompt(0, 'Go'), assistant(1, 'msg_1', [text('Hi')], { tokens })]))[0]?.data.cost;

  it('of one hour cost twice the input, of five minutes 1.25 times', () => {
    expect(costOf(usage(0, 0, 0, 0, 1_000))).toEqual({ nanoUsd: 10_000_000, basis: 'list' });
    expect(costOf(usage(0, 0, 0, 1_000))).toEqual({ nanoUsd: 6_250_000, basis: 'list' });
  });

  it('without a told lifetime are five-minute ones', () => {
    expect(costOf({ input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 1_000 })?.nanoUsd).toBe(
      6_250_000,
    );
  });
});

describe('lines that cannot be read', () => {
  it('become numbered warnings and lose nothing around them', () => {
    const events = convert([
      '{"type":"assistant","mess',
      prompt(0, 'Go'),
      '"massive error"',
      '42',
      '[1]',
      'null',
      '',
      '{"silly":"this"}',
      assistant(1, 'msg_1', [text('Hi')]),
      '{"type":"user","message":"error"}',
      '{"type":"assistant","message":{"content":[null,7,{"type":"tool_use"},{"type":"text","text":5}],"usage":"x"}}',
    ]);
    expect(summarize(events)).toMatchObject({
      modelCalls: 1,
      toolCalls: 1,
      facts: { records: 10, badLines: 5 },
    });
    expect(ofType(events, 'log.written').map((event) => event.data.fields?.['line'])).toEqual([
      1, 3, 4, 5, 6,
    ]);
    expect(events[0]?.type).toBe('run.created');
    expect(new Set(events.map((event) => event.time && event.time >= timeAt(0)))).toEqual(new Set([true]));
  });

  it('are named up to a bound, then only counted', () => {
    const events = convert([...Array.from({ length: 500 }, () => 'garbage'), prompt(0, 'Go')]);
    const warnings = ofType(events, 'log.written');
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)?.data.fields).toEqual({ badLines: 500 });
  });

  it('hold no call when they tell no type, no usage or no id', () => {
    const message = { id: 'm', role: 'assistant', model: 'claude-sonnet-4', usage: usage(5, 5) };
    expect(summarize(convert([{ timestamp: at(0), message, requestId: 'r' }])).modelCalls).toBe(1);
    const silent = { ...assistant(1, 'x', []), message: { ...message, usage: undefined } };
    expect(summarize(convert([prompt(0, 'Go'), silent])).modelCalls).toBe(0);
    const anonymous = { ...assistant(1, 'x', []), message: { ...message, id: undefined } };
    expect(summarize(convert([anonymous, anonymous])).modelCalls).toBe(2);
  });

  it('are not fooled by usage that is no count', () => {
    const tokens = {
      input_tokens: -5,
      output_tokens: 1e300,
      cache_read_input_tokens: '7',
      cache_creation_input_tokens: 0.5,
    };
    const [end] = modelEnds(convert([prompt(0, 'Go'), assistant(1, 'msg_1', [text('Hi')], { tokens })]));
    expect(end?.data.usage).toEqual({ inputTokens: 0, outputTokens: 0 });
  });
});

describe('tools', () => {
  const failing = [
    prompt(0, 'Go'),
    assistant(1, 'msg_1', [
      toolUse('t1', 'Bash', { command: 'false' }),
      toolUse('t2', 'Read', { file_path: '/a.ts' }),
    ]),
    result(2, 't1', 'Exit code 1\nmore', { isError: true }),
    result(3, 't2', '1\tx', { toolUseResult: { type: 'text', file: { filePath: '/a.ts', numLines: 12 } } }),
  ];

  it('are joined to their results by id', () => {
    const ends = ofType(convert(failing), 'span.ended').filter((event) => event.spanId?.startsWith('t'));
    expect(ends.map(({ spanId, time, data }) => [spanId, time, data.status, data.error?.message])).toEqual([
      ['t1', timeAt(2), 'error', 'Exit code 1'],
      ['t2', timeAt(3), 'ok', undefined],
    ]);
  });

  it('tell which files they touched, with line counts', () => {
    const patch = [{ lines: [' a', '-b', '+c', '+d'] }];
    const events = convert([
      ...failing,
      assistant(4, 'msg_2', [
        toolUse('t3', 'Edit', { file_path: '/a.ts' }),
        toolUse('t4', 'Write', { file_path: '/n.ts' }),
      ]),
      result(5, 't3', 'ok', { toolUseResult: { filePath: '/a.ts', structuredPatch: patch } }),
      result(6, 't4', 'ok', { toolUseResult: { type: 'create', filePath: '/n.ts', content: 'x\ny\n' } }),
      assistant(7, 'msg_3', [
        toolUse('t5', 'Read', { file_path: '/b.ts' }),
        toolUse('t6', 'Read', { file_path: '/c.ts' }),
      ]),
      result(8, 't5', 'no structured result'),
      result(9, 't6', 'File does not exist.', { isError: true }),
    ]);
    const files = events.filter(({ type }) => type.startsWith('file.'));
    expect(files.map(({ type, data }) => [type, data])).toEqual([
      ['file.read', { path: '/a.ts', lines: 12 }],
      ['file.modified', { path: '/a.ts', linesAdded: 2, linesRemoved: 1 }],
      ['file.created', { path: '/n.ts', lines: 2, linesAdded: 2 }],
      ['file.read', { path: '/b.ts' }],
    ]);
  });

  it('without a result end as cancelled', () => {
    const events = convert(failing.slice(0, 3));
    const end = ofType(events, 'span.ended').find((event) => event.spanId === 't2');
    expect([end?.data.status, end?.time]).toEqual(['cancelled', timeAt(2)]);
  });

  it('are counted once when their line is repeated', () => {
    expect(summarize(convert([...failing.slice(0, 2), ...failing.slice(1)])).toolCalls).toBe(2);
  });
});

describe('tasks', () => {
  it('are the prompts, not what the tool itself wrote in the user’s name', () => {
    const events = convert([
      prompt(0, 'Caveat: The messages below were generated by the user while running local commands.', {
        isMeta: true,
      }),
      prompt(1, '<command-name>/clear</command-name><command-args></command-args>'),
      prompt(2, '<local-command-stdout></local-command-stdout>'),
      prompt(3, 'Fix the bug\nin the parser'),
      assistant(4, 'msg_1', [text('Done')]),
      other('system', 5, { subtype: 'turn_duration', durationMs: 2_000 }),
      prompt(6, 'And test it'),
      assistant(7, 'msg_2', [toolUse('t1', 'Bash')]),
      prompt(8, '[Request interrupted by user for tool use]'),
    ]);
    expect(ofType(events, 'task.created').map((event) => event.data.name)).toEqual([
      '/clear',
      'Fix the bug',
      'And test it',
    ]);
    expect(ofType(events, 'run.created')[0]?.data).toEqual({
      name: 'Fix the bug',
      source: 'claude-code',
      labels: { cwd: '/work', gitBranch: 'main', version: '2.1.0' },
    });
    expect(ofType(events, 'task.completed').map(({ taskId, time }) => [taskId, time])).toEqual([
      ['prompt-1', timeAt(2)],
      ['prompt-2', timeAt(5)],
    ]);
    expect(ofType(events, 'task.cancelled').map(({ taskId }) => taskId)).toEqual(['prompt-3']);
  });

  it('of a sub-agent hang below the prompt that it serves', () => {
    const events = convert([
      prompt(0, 'Go'),
      assistant(1, 'msg_1', [
        toolUse('task_1', 'Task', { subagent_type: 'Explore', description: 'Look', prompt: 'Look!' }),
      ]),
      prompt(2, 'Look!', { agentId: 'a1', isSidechain: true }),
      assistant(3, 'msg_s', [text('Found')], { agentId: 'a1', isSidechain: true }),
      result(4, 'task_1', 'failed', { isError: true }),
    ]);
    const created = ofType(events, 'task.created').find((event) => event.agentId === 'a1');
    expect(created).toMatchObject({
      taskId: 'a1-1',
      data: { name: 'Look', parentTaskId: 'prompt-1', role: 'Explore' },
    });
    const spans = ofType(events, 'span.started').filter((event) => event.agentId === 'a1');
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(['task_1']);
    expect(ofType(events, 'task.failed').map(({ taskId, time }) => [taskId, time])).toEqual([
      ['a1-1', timeAt(4)],
    ]);
  });

  it('of side chains in older files are told apart by their chains', () => {
    const chain = (seconds: number, id: string, parentUuid: string | null) =>
      prompt(seconds, `Job ${id}`, { isSidechain: true, uuid: id, parentUuid });
    const events = convert([
      prompt(0, 'Go'),
      assistant(1, 'msg_1', [
        toolUse('task_a', 'Task', { subagent_type: 'A', prompt: 'Job a' }),
        toolUse('task_b', 'Task', { subagent_type: 'B', prompt: 'Job b' }),
      ]),
      chain(2, 'a', null),
      chain(2, 'b', null),
      assistant(3, 'msg_b', [text('b')], { isSidechain: true, uuid: 'b1', parentUuid: 'b' }),
      assistant(3, 'msg_a', [text('a')], { isSidechain: true, uuid: 'a1', parentUuid: 'a' }),
    ]);
    const names = new Map(ofType(events, 'agent.joined').map(({ agentId, data }) => [agentId, data.name]));
    const spans = ofType(events, 'span.started').filter(({ data }) => data.kind === 'model');
    expect(spans.map(({ agentId, spanId }) => [spanId, names.get(agentId ?? '')])).toEqual([
      ['msg_1/req_msg_1', 'Claude Code'],
      ['msg_b/req_msg_b', 'B'],
      ['msg_a/req_msg_a', 'A'],
    ]);
  });
});

describe('compaction', () => {
  it('is an agent of its own that ends at the boundary', () => {
    const own = { agentId: 'acompact-1', isSidechain: true };
    const events = convert([
      prompt(0, 'Go'),
      assistant(1, 'msg_1', [text('Hi')], { tokens: usage(1, 1, 150_000) }),
      prompt(2, '<system-reminder>before</system-reminder>', { ...own, isMeta: true }),
      prompt(3, 'Your task is to create a detailed summary', own),
      assistant(5, 'msg_c', [text('Summary')], { ...own, tokens: usage(1, 1, 150_000) }),
      other('system', 6, {
        subtype: 'compact_boundary',
        compactMetadata: { trigger: 'auto', preTokens: 150_001 },
      }),
      prompt(6, 'This session is being continued', { isCompactSummary: true }),
      assistant(7, 'msg_2', [text('On')], { tokens: usage(1, 1, 20_000) }),
    ]);
    expect(
      ofType(events, 'agent.joined').map(({ agentId, time, data }) => [agentId, time, data.name]),
    ).toEqual([
      ['main', timeAt(0), 'Claude Code'],
      ['acompact-1', timeAt(3), 'Compaction'],
    ]);
    expect(ofType(events, 'task.completed').map(({ taskId, time }) => [taskId, time])).toEqual([
      ['acompact-1-1', timeAt(6)],
      ['prompt-1', timeAt(7)],
    ]);
    expect(
      ofType(events, 'context.measured').map(({ agentId, data }) => [
        agentId,
        data.usedTokens,
        data.limitTokens,
      ]),
    ).toEqual([
      ['main', 150_001, 200_000],
      ['acompact-1', 150_001, 200_000],
      ['main', 20_001, 200_000],
    ]);
    expect(ofType(events, 'log.written')[0]?.data.fields).toEqual({ trigger: 'auto', tokensBefore: 150_001 });
  });
});

describe('the run', () => {
  it('keeps its id when a later line is the first to tell the session', () => {
    const { sessionId, ...anonymous } = prompt(0, 'Go');
    const events = convert([anonymous, assistant(1, 'msg_1', [text('Hi')])]);
    expect(sessionId).toBe('session-1');
    expect(new Set(events.map(({ runId }) => runId))).toEqual(new Set(['claude-code']));
  });

  it('has the id that it is given', () => {
    const events = convert([prompt(0, 'Go')], { runId: 'mine' });
    expect(new Set(events.map(({ runId }) => runId))).toEqual(new Set(['mine']));
  });
});

describe('cost', () => {
  const lines = [
    prompt(0, 'Go'),
    { ...assistant(1, 'msg_1', [text('Hi')], { tokens: usage(100, 10) }), costUSD: 0.12 },
  ];

  it('is the list price of the day; what the source recorded stays a fact of the run', () => {
    const events = convert(lines);
    expect(modelEnds(events)[0]?.data).toMatchObject({ cost: { nanoUsd: 750_000, basis: 'list' } });
    expect(summarize(events).facts['recordedCostUsd']).toBe(0.12);
  });

  it('is the recorded one when asked for, with the list price beside it', () => {
    expect(modelEnds(convert(lines, { costs: 'recorded' }))[0]?.data).toMatchObject({
      cost: { nanoUsd: 120_000_000, basis: 'list' },
      computedCost: { nanoUsd: 750_000, basis: 'list' },
    });
  });

  it('is unknown, never 0, for a model without a price', () => {
    const events = convert([
      prompt(0, 'Go'),
      assistant(1, 'msg_1', [text('Hi')], { model: 'someone-elses-model' }),
    ]);
    expect(modelEnds(events)[0]?.data.cost).toEqual({ basis: 'unknown' });
  });

  it('is not invented for messages that no model wrote', () => {
    const events = convert([
      prompt(0, 'Go'),
      assistant(1, 'x', [text('API Error: 529')], {
        model: '<synthetic>',
        tokens: usage(0, 0),
        isApiErrorMessage: true,
      }),
    ]);
    expect(summarize(events).modelCalls).toBe(0);
    expect(ofType(events, 'log.written')[0]?.data).toMatchObject({
      level: 'error',
      message: 'API error: API Error: 529',
    });
  });
});
