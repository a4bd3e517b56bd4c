import { messageKey } from '@fleetglass/core/client';
import type { MessageState } from '@fleetglass/core/client';
import type { MessagePart } from '@fleetglass/core/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversationLabels } from './conversation-labels.js';
import { conversationToMarkdown, fenced, inLine } from './conversation-to-markdown.js';

const said = (...parts: MessagePart[]): MessageState => ({
  key: messageKey('run', 'm'),
  id: 'm',
  role: 'assistant',
  parts,
  time: 0,
  streaming: false,
});
const options = {
  title: 'A run',
  speakerOf: () => 'LEAD',
  timeOf: () => '09:30',
  words: conversationLabels.english,
};

describe('a conversation as Markdown', () => {
  const messages = [
    said({ kind: 'text', text: 'Look:\n\n```ts\nunclosed' }),
    said(
      { kind: 'thinking', text: 'Hm.' },
      { kind: 'toolCall', callId: 'c', name: 'read_file', input: { path: 'a' } },
    ),
    said({ kind: 'toolResult', callId: 'c', output: { kind: 'inline', value: 'x ``` y' }, isError: true }),
  ];

  it('says who, when and what', () => {
    const document = conversationToMarkdown(messages, options);
    expect(document).toContain('# A run\n\n## LEAD · 09:30\n\n> Look:');
    expect(document).toContain('Output read\\_file (Failed):\n\n````\nx ``` y\n````');
  });

  it('leaves thoughts and tools out when asked', () => {
    const document = conversationToMarkdown(messages, { ...options, thinking: false, tools: false });
    expect(document).not.toMatch(/Hm|Input|Output|x ``` y/);
    expect(document).toContain('read\\_file');
  });

  it('keeps every line of a message in its quote', () => {
    const lines = conversationToMarkdown(messages.slice(0, 1), options).split('\n').slice(4);
    expect(lines.filter((line) => line !== '').every((line) => line.startsWith('>'))).toBe(true);
  });

  it('cannot be left: a fence is longer than what it holds, a heading is one line', () => {
    const words = fc.string({
      unit: fc.constantFrom('`', '~', '\n', '\r', '\u2028', '#', '>', 'a', ' ', '<'),
    });
    fc.assert(
      fc.property(words, (text) => {
        const [fence = '', ...lines] = fenced(text).split('\n');
        expect(lines.findIndex((line) => line.startsWith(fence))).toBe(lines.length - 1);
        expect(inLine(text)).not.toMatch(/[\n\r\u2028]|(?<!\\)[<`#>]/);
      }),
    );
  });
});
