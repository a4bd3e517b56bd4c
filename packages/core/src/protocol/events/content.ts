import type { Json, JsonObject } from '../../lib/json.js';
import type { BlobRef, Payload } from '../payload.js';

/** Who speaks. */
export type MessageRole = 'system' | 'user' | 'assistant' | 'tool';

/** A part of a message: what was said, thought, called, answered or referred to. */
export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'toolCall'; readonly callId: string; readonly name: string; readonly input: Json }
  | {
      readonly kind: 'toolResult';
      readonly callId: string;
      readonly output: Payload;
      readonly isError?: boolean;
    }
  | { readonly kind: 'reference'; readonly ref: BlobRef; readonly mediaType: string; readonly name?: string };

/** A whole message of a conversation. After deltas of the same `messageId` it replaces them. */
export interface MessageAppendedData {
  readonly messageId: string;
  readonly role: MessageRole;
  readonly parts: readonly MessagePart[];
}

/** Text that arrived since the last delta of the same message. May be merged by concatenation. */
export interface MessageDeltaData {
  readonly messageId: string;
  readonly kind: 'text' | 'thinking';
  readonly text: string;
}

/** Data of the events of messages, by type. */
export interface MessageEvents {
  'message.appended': MessageAppendedData;
  'message.delta': MessageDeltaData;
}

/** An agent touched a file. */
export interface FileData {
  readonly path: string;
  readonly lines?: number;
  readonly linesAdded?: number;
  readonly linesRemoved?: number;
  /** Unified diff. */
  readonly diff?: BlobRef;
}

/** A file has another path. */
export interface FileMovedData {
  readonly path: string;
  readonly from: string;
}

/** Data of the events of files, by type. */
export interface FileEvents {
  'file.read': FileData;
  'file.created': FileData;
  'file.modified': FileData;
  'file.deleted': FileData;
  'file.moved': FileMovedData;
}

/** How much a line of a log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line that an agent or its program wrote. */
export interface LogWrittenData {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: JsonObject;
}

/** Data of the events of logs, by type. */
export interface LogEvents {
  'log.written': LogWrittenData;
}

/** How full a model's context is. Replaces what was measured before for the same agent. May be merged. */
export interface ContextMeasuredData {
  readonly usedTokens: number;
  readonly limitTokens: number;
  readonly model?: string;
}

/** Data of the events of context windows, by type. */
export interface ContextEvents {
  'context.measured': ContextMeasuredData;
}
