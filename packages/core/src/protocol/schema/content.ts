import * as z from 'zod';
import type { ContextEvents, FileEvents, LogEvents, MessageEvents } from '../events/content.js';
import type { DataSchemas } from './values.js';
import { count, json, jsonObject, maybe, payload, text } from './values.js';

const part = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('text'), text }),
  z.looseObject({ kind: z.literal('thinking'), text }),
  z.looseObject({ kind: z.literal('toolCall'), callId: text, name: text, input: json }),
  z.looseObject({
    kind: z.literal('toolResult'),
    callId: text,
    output: payload,
    isError: maybe(z.boolean()),
  }),
  z.looseObject({ kind: z.literal('reference'), ref: text, mediaType: text, name: maybe(text) }),
]);

const file = z.looseObject({
  path: text,
  lines: maybe(count),
  linesAdded: maybe(count),
  linesRemoved: maybe(count),
  diff: maybe(text),
});

export const contentSchemas = {
  'message.appended': z.looseObject({
    messageId: text,
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    parts: z.array(part),
  }),
  'message.delta': z.looseObject({ messageId: text, kind: z.enum(['text', 'thinking']), text }),
  'file.read': file,
  'file.created': file,
  'file.modified': file,
  'file.deleted': file,
  'file.moved': z.looseObject({ path: text, from: text }),
  'log.written': z.looseObject({
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: text,
    fields: maybe(jsonObject),
  }),
  'context.measured': z.looseObject({ usedTokens: count, limitTokens: count, model: maybe(text) }),
} satisfies DataSchemas<MessageEvents & FileEvents & LogEvents & ContextEvents>;
