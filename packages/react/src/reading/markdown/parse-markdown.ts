import { Lexer, Tokenizer } from 'marked';
import type { MarkedToken, Tokens } from 'marked';

/** A text's parts, and what its links by name lead to. */
export interface ParsedMarkdown {
  readonly blocks: readonly MarkedToken[];
  /** Changes when the meaning of any part's links may have changed. */
  readonly definitions: string;
}

/** Longest address that is recognised without being marked as one. */
const BARE_ADDRESS = /^(?:https?:\/\/|www\.)[^\s<]{1,2000}/i;
const WORDS =
  /^(?:`+|~+|[^`~])(?:(?=[`~])|(?= {2,}\n)|[\s\S]*?(?:(?=[\\<![`*~_]|\b_|https?:\/\/|(?<![^\s*_~(])www\.|$)|[^ ](?= {2,}\n)))/i;

/**
 * Markdown with the extensions of GitHub as tokens; nothing becomes HTML. Bare addresses are found in one pass, those of
 * mail only between angle brackets: the library's own expressions take minutes over a long word with dots.
 */
export function parseMarkdown(text: string): ParsedMarkdown {
  const tokenizer = Object.assign(new Tokenizer(), { url: bareAddress, inlineText: words });
  const tokens = new Lexer({ gfm: true, tokenizer }).lex(text);
  return { blocks: knownTokens(tokens), definitions: JSON.stringify(tokens.links) };
}

/** Tokens as what they are: without extensions, the library makes no others. */
export const knownTokens = (tokens: readonly object[] | undefined): readonly MarkedToken[] =>
  (tokens ?? []) as readonly MarkedToken[];

function words(source: string): Tokens.Text | undefined {
  const raw = WORDS.exec(source)?.[0];
  return raw === undefined ? undefined : { type: 'text', raw, text: raw };
}

function bareAddress(source: string): Tokens.Link | undefined {
  const found = BARE_ADDRESS.exec(source)?.[0];
  if (found === undefined) return undefined;
  const raw = found.slice(0, addressEnd(found));
  const href = /^www\./i.test(raw) ? `http://${raw}` : raw;
  return { type: 'link', raw, text: raw, href, autolink: true, tokens: [{ type: 'text', raw, text: raw }] };
}

/** Without the marks of the sentence that the address stands in. */
function addressEnd(found: string): number {
  let open = 0;
  for (const letter of found) open += letter === '(' ? 1 : letter === ')' ? -1 : 0;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1);
    if (last === ')' && open < 0) open += 1;
    else if (!/[!"'*,.:;?_~]/.test(last)) break;
  }
  return end;
}
