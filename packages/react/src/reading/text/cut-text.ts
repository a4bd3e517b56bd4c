/** How much of a text is shown at first. */
export interface Bound {
  readonly characters: number;
  readonly lines: number;
}

/** Length of a text's beginning that keeps within the bound; the whole length if all of it does. */
export function lengthWithin(text: string, { characters, lines }: Bound): number {
  let end = Math.min(text.length, characters);
  let at = -1;
  for (let line = 0; line < lines; line += 1) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= end) break;
    if (line === lines - 1) end = at;
  }
  // A pair of surrogates is one character.
  const code = text.charCodeAt(end - 1);
  return end < text.length && code >= 0xd800 && code <= 0xdbff ? end - 1 : end;
}

/** A text in pieces of about this many characters, cut at line breaks where there are some. */
export function inChunks(text: string, characters: number): readonly string[] {
  const chunks: string[] = [];
  for (let from = 0; from < text.length;) {
    const limit = from + characters;
    const lineEnd = limit < text.length ? text.lastIndexOf('\n', limit) : -1;
    const to = limit >= text.length ? text.length : lineEnd > from ? lineEnd + 1 : limit;
    chunks.push(text.slice(from, to));
    from = to;
  }
  return chunks;
}

/** The first line of a text that says something, cut. */
export function firstLine(text: string, characters = 200): string {
  const head = text.slice(0, 4 * characters).trimStart();
  const line = head.split('\n', 1)[0] ?? '';
  return line.length > characters ? `${line.slice(0, characters)}…` : line;
}
