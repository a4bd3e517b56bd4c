import { messageKey } from '@fleetglass/core/client';
import type { MessageState } from '@fleetglass/core/client';
import type { MessagePart, MessageRole } from '@fleetglass/core/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversationRows, filterRows, openRows } from './conversation-rows.js';
import type { ConversationRow } from './conversation-rows.js';
import { findInRows } from './part-text.js';
import { createMatcher } from '../text/find-matches.js';

let id = 0;
const message = (agentId: string | undefined, role: MessageRole, ...parts: MessagePart[]): MessageState => ({
  key: messageKey('run', String((id += 1))),
  id: String(id),
  runId: 'run',
  ...(agentId === undefined ? {} : { agentId }),
  role,
  parts,
  time: id * 1000,
  streaming: false,
});
const text = (words: string): MessagePart => ({ kind: 'text', text: words });
const call = (callId: string): MessagePart => ({
  kind: 'toolCall',
  callId,
  name: 'read',
  input: { path: callId },
});
const result = (callId: string, value: string, isError = false): MessagePart => ({
  kind: 'toolResult',
  callId,
  output: { kind: 'inline', value },
  ...(isError ? { isError } : {}),
});
const agents = [
  { id: 'LEAD' },
  { id: 'HELPER', parentAgentId: 'LEAD' },
  { id: 'INNER', parentAgentId: 'HELPER' },
];
const NONE: ReadonlySet<never> = new Set();
const outline = (rows: readonly ConversationRow[]): readonly string[] =>
  rows.map((row) => {
    if (row.kind === 'block') return `${row.depth} [${row.agentId}]`;
    const { part, result: answer } = row;
    if (part.kind === 'text') return `${row.depth} ${part.text}`;
    const value = answer?.output.kind === 'inline' ? ` = ${JSON.stringify(answer.output.value)}` : '';
    return `${row.depth} ${part.kind}${value}`;
  });

describe('rows of a conversation', () => {
  it('put an answer beside its call, and keep one that nobody asked for', () => {
    const rows = conversationRows(
      [
        message('LEAD', 'assistant', call('a'), call('b')),
        message('LEAD', 'tool', result('b', 'second')),
        message('LEAD', 'tool', result('a', 'first'), result('nobody', 'stray')),
      ],
      agents,
    );
    expect(outline(rows)).toEqual(['0 toolCall = "first"', '0 toolCall = "second"', '0 toolResult']);
  });

  it('give the same call id to its calls in order', () => {
    const rows = conversationRows(
      [
        message('LEAD', 'assistant', call('a')),
        message('LEAD', 'tool', result('a', '1')),
        message('LEAD', 'assistant', call('a')),
        message('LEAD', 'tool', result('a', '2')),
      ],
      agents,
    );
    expect(outline(rows)).toEqual(['0 toolCall = "1"', '0 toolCall = "2"']);
  });

  const nested = [
    message('LEAD', 'assistant', text('one')),
    message('HELPER', 'assistant', text('two')),
    message('LEAD', 'assistant', text('three')),
    message('INNER', 'assistant', text('four')),
    message('HELPER', 'assistant', text('five')),
  ];

  it('make a block of what a sub-agent says, where it began', () => {
    const rows = conversationRows(nested, agents);
    expect(outline(rows)).toEqual([
      '0 one',
      '0 [HELPER]',
      '1 two',
      '1 [INNER]',
      '2 four',
      '1 five',
      '0 three',
    ]);
    expect(outline(openRows(rows, NONE))).toEqual(['0 one', '0 [HELPER]', '0 three']);
    expect(outline(openRows(rows, new Set(['block HELPER'])))).toContain('1 [INNER]');
  });

  it('begin with the agent that is looked at', () => {
    const rows = conversationRows(nested.slice(1), agents, 'HELPER');
    expect(outline(rows)).toEqual(['0 two', '0 three', '0 [INNER]', '1 four', '0 five']);
  });

  it('leave out what is not wanted, and blocks that hold nothing else', () => {
    const rows = conversationRows([...nested.slice(0, 1), message('HELPER', 'assistant', call('a'))], agents);
    expect(outline(filterRows(rows, new Set(['tools'])))).toEqual(['0 one']);
    expect(outline(filterRows(rows, new Set(['messages'])))).toEqual(['0 [HELPER]', '1 toolCall']);
  });

  it('name a speaker once until somebody else speaks', () => {
    const rows = conversationRows(
      [
        message('LEAD', 'user', text('a')),
        message('LEAD', 'assistant', text('b'), call('x')),
        message('LEAD', 'assistant', text('c')),
        message('LEAD', 'user', text('d')),
      ],
      agents,
    );
    const firsts = openRows(rows, NONE).map((row) => row.kind === 'part' && row.first);
    expect(firsts).toEqual([true, true, false, false, true]);
  });

  it('are found wherever they stand, with the blocks to open', () => {
    const { list } = findInRows(conversationRows(nested, agents), createMatcher('FOUR'));
    expect(list.map(({ row }) => row.inside)).toEqual([['HELPER', 'INNER']]);
  });

  it('lose and repeat nothing, whoever is whose parent', () => {
    const name = fc.constantFrom('A', 'B', 'C', 'D');
    const family = fc.array(fc.record({ id: name, parentAgentId: name }));
    fc.assert(
      fc.property(
        family,
        fc.array(name),
        fc.option(name, { nil: undefined }),
        (parents, speakers, within) => {
          const said = speakers.map((agentId, index) => message(agentId, 'assistant', text(String(index))));
          const rows = conversationRows(said, parents, within);
          const words = rows.flatMap((row) =>
            row.kind === 'part' && row.part.kind === 'text' ? [row.part.text] : [],
          );
          expect([...words].sort()).toEqual(speakers.map((_, index) => String(index)).sort());
          expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
        },
      ),
    );
  });
});
