import type { EventInput } from '../protocol/event.js';
import type { SecretFinder } from './clean.js';

/** Finds secrets that a stream of text cuts into pieces. */
export interface SplitSecrets {
  /**
   * The text of a delta without what completes a secret that an earlier delta began. Of the earlier one the beginning of
   * the secret may have been told, which is shorter than what is recognised as one.
   */
  redact(input: EventInput, text: string): string;
}

/** What is kept of each text: longer than the longest key of an assignment with what stands around it. */
const TAIL = 128;
/** Texts that are remembered, the newest. */
const MOST_TEXTS = 1_000;
const KEY_MARK = 'PRIVATE KEY-----';
const KEY_ENDS = '-----END';
const LONGEST_HEADER = 40;

/** What has to be known of a text to recognise what goes on in it. */
function tailOf(text: string): string {
  const mark = text.lastIndexOf(KEY_MARK);
  if (mark === -1) return endOf(text);
  // The line that ends a key has the mark too.
  const end = text.lastIndexOf(KEY_ENDS);
  if (end !== -1 && end < mark && mark - end < LONGEST_HEADER)
    return endOf(text.slice(mark + KEY_MARK.length));
  // A private key is longer than any tail: that one has begun is all that counts, and how its end begins.
  return `${KEY_MARK}\n${text.slice(mark + KEY_MARK.length).slice(-LONGEST_HEADER)}`;
}

function endOf(text: string): string {
  if (text.length <= TAIL) return text;
  const start = text.length - TAIL;
  // A word that is longer than the tail is known by its beginning.
  const word = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')) + 1;
  return start > word ? text.slice(word, word + TAIL) : text.slice(start);
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

export function createSplitSecrets(finder: SecretFinder): SplitSecrets {
  const tails = new Map<string, string>();
  return {
    redact(input, text) {
      const { messageId, kind } = input.data as { readonly messageId?: unknown; readonly kind?: unknown };
      const key = `${input.runId ?? ''} ${String(messageId)} ${String(kind)}`;
      const before = tails.get(key) ?? '';
      const whole = before + text;
      tails.delete(key);
      tails.set(key, tailOf(whole));
      if (tails.size > MOST_TEXTS) tails.delete(tails.keys().next().value as string);
      if (before === '') return text;
      const redacted = finder.text(whole);
      if (redacted === whole) return text;
      return redacted.slice(commonLength(finder.text(before), redacted));
    },
  };
}
