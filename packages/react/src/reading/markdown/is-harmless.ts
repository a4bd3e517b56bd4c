/** Longest text that is laid out as Markdown. */
export const LONGEST = 40_000;

/** Some paragraphs and lists are read anew with each of their lines. */
const MOST_LINES = 1_500;
/** Marks that open something within a line; parsers take very long over thousands of them that nothing closes. */
const MOST_OPENERS = 1_500;
/** Marks of emphasis in one paragraph, which are looked for again inside of each other. */
const MOST_EMPHASES = 400;
/** Lines that continue a quote without saying so; for each of them the whole quote is read again. */
const MOST_LAZY_LINES = 60;
/** Cells of all tables together; short rows are filled up to the longest. */
const MOST_CELLS = 20_000;

const HOSTILE = [
  // Quotes and lists within each other.
  /^(?:[ \t]{0,8}(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))){13}/m,
  /^[ \t]{60}/m,
  // Brackets or marks one after the other.
  /[!()*<>[\]_`{}~]{60}/,
];

const LAZY_LINES = /^(?:[ \t]|[-+*]|\d{1,9}[.)]){0,40}>.*\n(?![ \t]*>)[ \t]*\S/gm;

/**
 * Whether a text may be laid out as Markdown without making the page wait or its parser run out of stack. Others are
 * shown as they are.
 */
export function isHarmless(text: string): boolean {
  if (text.length > LONGEST || HOSTILE.some((pattern) => pattern.test(text))) return false;
  if ([...text.matchAll(LAZY_LINES)].length > MOST_LAZY_LINES) return false;
  let [openers, emphases, mostEmphases] = [0, 0, 0];
  let [columns, lines, inLine] = [0, 1, 0];
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '*':
      case '_':
      case '~':
        emphases += 1;
        openers += 1;
        break;
      case '[':
      case '<':
      case '`':
        openers += 1;
        break;
      case '|':
        inLine += 1;
        columns = Math.max(columns, inLine);
        break;
      case '\n':
        mostEmphases = Math.max(mostEmphases, emphases);
        if (text[at + 1] === '\n') emphases = 0;
        lines += 1;
        inLine = 0;
        break;
      default:
    }
  }
  if (openers > MOST_OPENERS || Math.max(mostEmphases, emphases) > MOST_EMPHASES) return false;
  return lines <= MOST_LINES && (columns < 8 || columns * lines <= MOST_CELLS);
}
