import type { Json } from '../lib/json.js';
import type { FleetEvent } from '../protocol/event.js';
import type { MessagePart } from '../protocol/events/content.js';
import { note } from './feed.js';
import type { Fold, Handler, Handlers } from './fold.js';
import { own, SCOPE, setScope } from './fold.js';
import { chooseForgotten } from './forget.js';
import type { Data, Fields, Guard } from './guard.js';
import { amount, dataOf, each, flag, oneOf, payload, put, shape, take, text } from './guard.js';
import { messageKey } from './keys.js';
import { append } from './list.js';
import { context } from './reduce-agent.js';
import type { MessageState } from './state.js';
import type { Draft, Held } from './table.js';
import { blank } from './table.js';

/** Most messages that a run keeps. */
export const MAX_MESSAGES = 500;

/** Most characters that deltas add up to; the whole message replaces them anyway. */
const MAX_STREAMED = 262_144;

/** Characters that each streamed part counts for beside its text, so that small ones without end have an end too. */
const PART_CHARACTERS = 64;

type Part<K> = Extract<MessagePart, { kind: K }>;

/** Reads each kind of part through a guard of its own. */
const PARTS: { readonly [K in MessagePart['kind']]: Guard<Part<K>> } = {
  text: shape<Part<'text'>>({ kind: oneOf('text'), text }),
  thinking: shape<Part<'thinking'>>({ kind: oneOf('thinking'), text }),
  toolCall: shape<Part<'toolCall'>>({
    kind: oneOf('toolCall'),
    callId: text,
    name: text,
    input: (value) => (value ?? null) as Json,
  }),
  toolResult: shape<Part<'toolResult'>>(
    { kind: oneOf('toolResult'), callId: text, output: payload, isError: flag },
    'isError',
  ),
  reference: shape<Part<'reference'>>(
    { kind: oneOf('reference'), ref: text, mediaType: text, name: text },
    'name',
  ),
};

const kinds = oneOf(...(Object.keys(PARTS) as MessagePart['kind'][]));

const parts = each<MessagePart>((value) => {
  const kind = kinds(dataOf(value)['kind']);
  return kind && PARTS[kind](value);
});

type StoredMessage = Omit<MessageState, 'key'>;

export const MESSAGE: Fields<StoredMessage> = {
  ...SCOPE,
  id: text,
  role: oneOf('system', 'user', 'assistant', 'tool'),
  parts,
  time: amount,
  streaming: flag,
};

const NO_MESSAGE = blank<MessageState>(MESSAGE);

export function newMessage(runId: string | undefined, id: string, time: number): Draft<MessageState> {
  const key = messageKey(runId, id);
  const message: Draft<MessageState> = {
    ...NO_MESSAGE,
    key,
    id,
    role: 'assistant',
    parts: [],
    time,
    streaming: true,
  };
  put(message, 'runId', runId);
  return message;
}

/** The message's row; any event of the `message` family makes it. */
function messageOf(fold: Fold, event: FleetEvent, data: Data): Held<MessageState> | undefined {
  const id = text(data['messageId']);
  if (id === undefined) return undefined;
  const { messages } = fold;
  const known = messages.find(event.runId, id);
  if (known) return known;
  const message = newMessage(event.runId, id, event.time);
  setScope(message, event);
  const held = messages.add(event.runId, id, message, message.key);
  const run = fold.run?.value;
  if (!run) return held;
  run.messages = append(run.messages, message.key);
  if (run.messages.length > MAX_MESSAGES) {
    const { gone, kept } = chooseForgotten(run.messages, (key) => messages.peek(key)?.streaming === true);
    for (const key of gone) messages.remove(key);
    run.messages = kept;
    run.forgotten = { ...run.forgotten, messages: run.forgotten.messages + gone.length };
  }
  return held;
}

/** Characters that may still be streamed into a message. */
function roomIn(streamed: readonly MessagePart[]): number {
  let room = MAX_STREAMED;
  for (const part of streamed) room -= PART_CHARACTERS + ('text' in part ? part.text.length : 0);
  return room;
}

export const messageHandlers: Handlers<'message'> = {
  'message.appended': (fold, event, data) => {
    const message = messageOf(fold, event, data)?.value;
    if (!message) return;
    take<StoredMessage>(message, data, MESSAGE, ['role', 'parts']);
    message.streaming = false;
  },
  'message.delta': (fold, event, data) => {
    const message = messageOf(fold, event, data);
    const words = text(data['text']);
    // A whole message is final: what comes late is in it already.
    if (!message?.value.streaming || words === undefined) return;
    const kind = data['kind'] === 'thinking' ? 'thinking' : 'text';
    const streamed = own(message, 'parts');
    const last = streamed.at(-1);
    const before = last?.kind === kind ? last.text : undefined;
    // Cut, never taken or left whole: the same text in other pieces has to end at the same place.
    const room = roomIn(streamed) - (before === undefined ? PART_CHARACTERS : 0);
    if (room <= 0) return;
    const part = { kind, text: (before ?? '') + words.slice(0, room) } as const;
    streamed[before === undefined ? streamed.length : streamed.length - 1] = part;
  },
};

/** Handler of an event that only makes a line of the feed. */
const file: Handler = (fold, event, data) => {
  const added = amount(data['linesAdded']);
  const removed = amount(data['linesRemoved']);
  const lines = added === undefined && removed === undefined ? undefined : `+${added ?? 0} −${removed ?? 0}`;
  note(fold, event, text(data['path']), text(data['from']) ?? lines);
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
    note(fold, event, undefined, text(data['message']), level === 'warn' ? 'warning' : 'error');
  },
};

export const contextHandlers: Handlers<'context'> = {
  'context.measured': ({ agent }, _event, data) => {
    if (agent) put(agent.value, 'context', context(data));
  },
};
