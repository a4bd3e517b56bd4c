import type { MessageState } from '@fleetglass/core/client';
import type { Json, MessageRole } from '@fleetglass/core/protocol';
import { payloadText, valueText } from './part-text.js';

/** What a conversation is written with, and its words. */
export interface MarkdownOptions {
  readonly title: string;
  /** @default true */
  readonly thinking?: boolean;
  /** What tools were called with and answered. @default true */
  readonly tools?: boolean;
  /** Who says it: the agent, or the role. */
  readonly speakerOf: (message: MessageState) => string;
  readonly timeOf: (ms: number) => string;
  readonly words: {
    readonly thinking: string;
    readonly input: string;
    readonly output: string;
    readonly failed: string;
    readonly role: { readonly [R in MessageRole]: string };
  };
}

/**
 * A conversation as one Markdown document. What agents wrote stands in quotes and fences that it cannot leave: a fence is
 * longer than any run of its mark inside, and whatever a message leaves open ends with its quote.
 */
export function conversationToMarkdown(
  messages: readonly MessageState[],
  { title, thinking = true, tools = true, speakerOf, timeOf, words }: MarkdownOptions,
): string {
  const blocks = [`# ${inLine(title)}`];
  const called = new Map<string, string>();
  for (const message of messages) {
    const parts: string[] = [];
    for (const part of message.parts) {
      switch (part.kind) {
        case 'text':
          parts.push(quoted(part.text));
          break;
        case 'thinking':
          if (thinking) parts.push(`*${words.thinking}*`, quoted(part.text));
          break;
        case 'toolCall':
          called.set(part.callId, part.name);
          parts.push(`**${inLine(part.name)}**`);
          if (tools) parts.push(`${words.input}:`, fencedValue(part.input));
          break;
        case 'toolResult': {
          if (!tools) break;
          const name = called.get(part.callId);
          const failed = part.isError === true ? ` (${words.failed})` : '';
          const of = name === undefined ? '' : ` ${inLine(name)}`;
          parts.push(`${words.output}${of}${failed}:`, fenced(payloadText(part.output)));
          break;
        }
        case 'reference':
          parts.push(inLine(part.name ?? part.ref));
      }
    }
    if (parts.length === 0) continue;
    blocks.push(`## ${inLine(speakerOf(message))} · ${inLine(timeOf(message.time))}`, ...parts);
  }
  return `${blocks.join('\n\n')}\n`;
}

const LINES = /\r\n|[\n\r\u2028\u2029]/;

const quoted = (text: string): string =>
  text
    .split(LINES)
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

/** A text in a fence that is longer than any in it. */
export function fenced(text: string, language = ''): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.split(LINES).join('\n')}\n${fence}`;
}

const fencedValue = (value: Json): string =>
  fenced(valueText(value), typeof value === 'string' ? '' : 'json');

/** Words on one line that mean nothing to Markdown. */
export const inLine = (text: string): string =>
  text
    .slice(0, 300)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[!#&()*<>[\\\]_`{|}~]/g, '\\$&');
