/** A piece of a text; `match` is what was searched for, and which one of the text it is. */
export interface Piece {
  readonly text: string;
  readonly match?: number;
}

/** Most matches that are marked in one text. */
const MOST = 500;

/** Matches case-insensitively; nothing for an empty query. Made once for many texts. */
export function createMatcher(query: string): RegExp | undefined {
  const words = query.trim();
  return words === '' ? undefined : new RegExp(words.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'giu');
}

/** Where the query stands in a text, at most `most` times. */
export function countMatches(text: string, matcher: RegExp | undefined, most = MOST): number {
  if (!matcher) return 0;
  matcher.lastIndex = 0;
  let count = 0;
  while (count < most && matcher.exec(text)) count += 1;
  return count;
}

/** The text in pieces, those that match marked. Together they are the text. */
export function splitMatches(text: string, matcher: RegExp | undefined, firstMatch = 0): readonly Piece[] {
  if (!matcher) return [{ text }];
  const pieces: Piece[] = [];
  let [from, count] = [0, 0];
  matcher.lastIndex = 0;
  for (let found = matcher.exec(text); found && count < MOST; found = matcher.exec(text)) {
    if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
    pieces.push({ text: found[0], match: firstMatch + count });
    from = found.index + found[0].length;
    count += 1;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from) });
  return pieces;
}
