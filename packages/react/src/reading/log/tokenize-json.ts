/** A piece of a line of JSON. */
export interface JsonToken {
  readonly kind: 'name' | 'string' | 'number' | 'literal' | 'mark' | 'text';
  readonly text: string;
}

/** Characters of a line that are told apart; the rest is one piece of text. */
const LONGEST = 4_000;

/** A string, perhaps with the colon that makes it a name; a number; a word; a mark; anything else. */
const TOKEN =
  /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)\b|([[\]{},:]+)|\s+|[^\s"[\]{},:\d-]+|./gsu;

/** Tells the parts of one line of JSON apart, also of a broken one. The pieces together are the line. */
export function tokenizeJson(line: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  for (const [text, quoted, colon, number, literal, mark] of line.slice(0, LONGEST).matchAll(TOKEN)) {
    if (quoted !== undefined) {
      tokens.push({ kind: colon === undefined ? 'string' : 'name', text: quoted });
      if (colon !== undefined) tokens.push({ kind: 'mark', text: colon });
    } else if (number !== undefined) tokens.push({ kind: 'number', text });
    else if (literal !== undefined) tokens.push({ kind: 'literal', text });
    else tokens.push({ kind: mark === undefined ? 'text' : 'mark', text });
  }
  if (line.length > LONGEST) tokens.push({ kind: 'text', text: line.slice(LONGEST) });
  return tokens;
}
