import type { MessageRole } from '@fleetglass/core/protocol';
import { defineLabels } from '../../labels/define-labels.js';

/** Kinds of what a conversation is made of, as far as they are shown or left out together. */
export type ConversationPartName = 'messages' | 'thinking' | 'tools' | 'system';

export interface ConversationLabels {
  readonly title: string;
  readonly count: (count: string, one: boolean) => string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly role: { readonly [R in MessageRole]: string };
  readonly show: string;
  readonly part: { readonly [P in ConversationPartName]: string };
  readonly thinking: string;
  readonly input: string;
  readonly output: string;
  readonly noOutput: string;
  readonly calling: string;
  readonly failed: string;
  readonly cancelled: string;
  readonly done: string;
  readonly resultOf: (callId: string) => string;
  readonly writing: string;
  readonly reference: (name: string, mediaType: string) => string;
  readonly subAgent: string;
  readonly said: (count: string, one: boolean) => string;
  readonly calls: (count: string, one: boolean) => string;
  readonly failures: (count: string) => string;
  readonly copyMessage: string;
  readonly copyAll: string;
  readonly exportMarkdown: string;
  readonly exportTools: string;
  readonly exportThinking: string;
  readonly exportHeading: string;
  readonly earlier: (count: string) => string;
  readonly loadEarlier: (count: string) => string;
  readonly loadingEarlier: string;
  readonly text: string;
}

export const conversationLabels = defineLabels<ConversationLabels>('conversation', {
  title: 'Conversation',
  count: (count, one) => (one ? '1 message' : `${count} messages`),
  empty: 'No messages yet',
  emptyHint: 'What agents are told, think, say and call appears here.',
  role: { system: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' },
  show: 'Show',
  part: { messages: 'Messages', thinking: 'Thinking', tools: 'Tools', system: 'System' },
  thinking: 'Thought',
  input: 'Input',
  output: 'Output',
  noOutput: 'No output',
  calling: 'Running',
  failed: 'Failed',
  cancelled: 'Cancelled',
  done: 'Done',
  resultOf: (callId) => `Result of ${callId}`,
  writing: 'Writing …',
  reference: (name, mediaType) => `${name} · ${mediaType}`,
  subAgent: 'Sub-agent',
  said: (count, one) => (one ? '1 message' : `${count} messages`),
  calls: (count, one) => (one ? '1 call' : `${count} calls`),
  failures: (count) => `${count} failed`,
  copyMessage: 'Copy message',
  copyAll: 'Copy all',
  exportMarkdown: 'Export',
  exportTools: 'With tool input and output',
  exportThinking: 'With thinking',
  exportHeading: 'Export as Markdown',
  earlier: (count) => `The ${count} oldest messages are not shown.`,
  loadEarlier: (count) => `Load ${count} earlier messages`,
  loadingEarlier: 'Loading earlier messages …',
  text: 'Text',
});
