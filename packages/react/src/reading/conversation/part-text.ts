import type { MessagePart, Payload } from '@fleetglass/core/protocol';
import { jsonText } from '../json/json-nodes.js';
import { countMatches } from '../text/find-matches.js';
import type { ConversationRow, ToolResult } from './conversation-rows.js';

/** Characters of one part that are searched, and of all together at once. */
const MOST_OF_PART = 400_000;
const MOST_OF_ALL = 30_000_000;
/** Matches counted. */
const MOST_MATCHES = 2_000;

/** A value in words: a text as it is, everything else as JSON. */
export const valueText = (value: unknown): string => (typeof value === 'string' ? value : jsonText(value, 2));

/** What is here of a payload; of a large one, its beginning. */
export const payloadText = (payload: Payload): string =>
  payload.kind === 'inline' ? valueText(payload.value) : payload.preview;

const texts = new WeakMap<MessagePart, string>();

/** All words of a part. */
export function partText(part: MessagePart): string {
  const known = texts.get(part);
  if (known !== undefined) return known;
  const text = write(part);
  texts.set(part, text);
  return text;
}

function write(part: MessagePart): string {
  switch (part.kind) {
    case 'text':
    case 'thinking':
      return part.text;
    case 'toolCall':
      return `${part.name}\n${valueText(part.input)}`;
    case 'toolResult':
      return payloadText(part.output);
    case 'reference':
      return part.name ?? part.ref;
  }
}

/** Words of a row: of a tool call, what it was answered with as well. */
export function rowText(part: MessagePart, result?: ToolResult): string {
  const text = partText(part);
  return result ? `${text}\n${partText(result)}` : text;
}

/** A match: the row, and which match of that row. */
export interface Match {
  readonly row: ConversationRow;
  readonly nth: number;
}

export interface Matches {
  readonly list: readonly Match[];
  readonly more: boolean;
  /** Characters looked through, where that was not all. */
  readonly searched?: number;
}

/** Every match in the parts of a conversation, within bounds that it tells. */
export function findInRows(rows: readonly ConversationRow[], matcher: RegExp | undefined): Matches {
  const list: Match[] = [];
  let [searched, partly] = [0, false];
  for (const row of matcher ? rows : []) {
    if (row.kind === 'block') continue;
    if (searched >= MOST_OF_ALL || list.length >= MOST_MATCHES) return { list, more: true, searched };
    const text = rowText(row.part, row.result);
    const looked = text.slice(0, MOST_OF_PART);
    partly ||= looked.length < text.length;
    searched += looked.length;
    const count = countMatches(looked, matcher, MOST_MATCHES - list.length);
    for (let nth = 0; nth < count; nth += 1) list.push({ row, nth });
  }
  return partly ? { list, more: false, searched } : { list, more: false };
}
