/** Longest text that is laid out as Markdown. */
export const LONGEST = 40_000;

/** Marks that open something within a line; parsers take very long over thousands of them that nothing closes. */
const MOST_OPENERS = 1_500;
/** Cells of all tables together; short rows are filled up to the longest. */
const MOST_CELLS = 20_000;

const HOSTILE = [
  // Quotes or lists within each other.
  /^(?:[ \t]{0,8}>){13}/m,
  /^[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+){13}/m,
  /^[ \t]{60}/m,
  // Brackets or marks one after the other.
  /[!()*<>[\]_`{}~]{60}/,
];

/**
 * Whether a text may be laid out as Markdown without making the page wait or its parser run out of stack. Others are
 * shown as they are.
 */
export function isHarmless(text: string): boolean {
  if (text.length > LONGEST || HOSTILE.some((pattern) => pattern.test(text))) return false;
  let openers = 0;
  let [columns, lines, inLine] = [0, 1, 0];
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '[':
      case '*':
      case '_':
      case '<':
      case '`':
      case '~':
        openers += 1;
        break;
      case '|':
        inLine += 1;
        columns = Math.max(columns, inLine);
        break;
      case '\n':
        lines += 1;
        inLine = 0;
        break;
      default:
    }
  }
  return openers <= MOST_OPENERS && (columns < 8 || columns * lines <= MOST_CELLS);
}
