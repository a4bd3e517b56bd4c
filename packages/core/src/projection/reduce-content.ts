import type { FleetEvent } from '../protocol/event.js';
import type { MessagePart } from '../protocol/events/content.js';
import { note } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { own, setScope } from './fold.js';
import { chooseForgotten } from './forget.js';
import { amount, dataOf, list, oneOf, payload, put, text } from './guard.js';
import { messageKey } from './keys.js';
import { append } from './list.js';
import type { MessageState } from './state.js';
import type { Draft, Held } from './table.js';

/** Most messages that a run keeps. */
export const MAX_MESSAGES = 500;

/** Most characters that deltas add up to; the whole message replaces them anyway. */
const MAX_STREAMED = 262_144;

export const messageRole = oneOf(['system', 'user', 'assistant', 'tool']);

export function messagePart(value: unknown): MessagePart | undefined {
  const part = dataOf(value);
  const { kind, text: words, callId, name, ref, mediaType } = part;
  if (kind === 'text' || kind === 'thinking') return { kind, text: text(words) ?? '' };
  if (kind === 'toolCall' && typeof callId === 'string') {
    return { kind, callId, name: text(name) ?? '', input: (part['input'] ?? null) as never };
  }
  if (kind === 'toolResult' && typeof callId === 'string') {
    const output = payload(part['output']) ?? { kind: 'inline', value: null };
    return part['isError'] === true ? { kind, callId, output, isError: true } : { kind, callId, output };
  }
  if (kind !== 'reference' || typeof ref !== 'string') return undefined;
  const reference = { kind, ref, mediaType: text(mediaType) ?? 'application/octet-stream' } as const;
  return typeof name === 'string' ? { ...reference, name } : reference;
}

function messageOf(fold: Fold, event: FleetEvent, id: string | undefined): Held<MessageState> | undefined {
  if (id === undefined) return undefined;
  const key = messageKey(event.runId, id);
  const known = fold.messages.edit(key);
  if (known) return known;
  const message: Draft<MessageState> = {
    key,
    id,
    role: 'assistant',
    parts: [],
    time: event.time,
    streaming: true,
  };
  setScope(message, event);
  const held = fold.messages.add(key, message);
  const run = fold.run?.value;
  if (!run) return held;
  run.messages = append(run.messages, key);
  if (run.messages.length > MAX_MESSAGES) {
    const { gone, kept } = chooseForgotten(
      run.messages,
      (other) => fold.messages.peek(other)?.streaming === true,
    );
    for (const other of gone) fold.messages.remove(other);
    run.messages = kept;
    run.forgotten = { ...run.forgotten, messages: run.forgotten.messages + gone.length };
  }
  return held;
}

export const messageHandlers: Handlers<'message'> = {
  'message.appended': (fold, event, data) => {
    const message = messageOf(fold, event, text(data['messageId']))?.value;
    if (!message) return;
    put(message, 'role', messageRole(data['role']));
    message.parts = list(data['parts'], messagePart);
    message.streaming = false;
  },
  'message.delta': (fold, event, data) => {
    const message = messageOf(fold, event, text(data['messageId']));
    const words = text(data['text']);
    // A whole message is final: what comes late is in it already.
    if (!message?.value.streaming || words === undefined) return;
    const kind = data['kind'] === 'thinking' ? 'thinking' : 'text';
    const parts = own(message, 'parts');
    const last = parts.at(-1);
    if (last?.kind !== kind) parts.push({ kind, text: words });
    else if (last.text.length < MAX_STREAMED) parts[parts.length - 1] = { kind, text: last.text + words };
  },
};

/** Handler of an event that only makes a line of the feed. */
const file: Handler = (fold, event, data) => {
  const path = text(data['path']);
  if (path === undefined) return;
  const from = text(data['from']);
  const [added, removed] = [amount(data['linesAdded']), amount(data['linesRemoved'])];
  const lines = added === undefined && removed === undefined ? undefined : `+${added ?? 0} −${removed ?? 0}`;
  note(fold, event, { subject: path, detail: from ?? lines });
};

export const fileHandlers: Handlers<'file'> = {
  'file.read': file,
  'file.created': file,
  'file.modified': file,
  'file.deleted': file,
  'file.moved': file,
};

export const logHandlers: Handlers<'log'> = {
  'log.written': (fold, event, data) => {
    const level = data['level'];
    if (level !== 'warn' && level !== 'error') return;
    note(fold, event, { detail: text(data['message']), severity: level === 'warn' ? 'warning' : 'error' });
  },
};

export const contextHandlers: Handlers<'context'> = {
  'context.measured': ({ agent }, _event, data) => {
    const usedTokens = amount(data['usedTokens']);
    const limitTokens = amount(data['limitTokens']);
    if (agent && usedTokens !== undefined && limitTokens !== undefined) {
      agent.value.context = { usedTokens, limitTokens };
    }
  },
};
