/** A number of sixteen digits or more that is not the fraction or exponent of another: it may be more than a double holds. */
const MAYBE_LONG = /(?:^|[:[,\s])-?\d{16,}/;
/** A string that does not end is taken as a whole too, or each quote in it would be tried as a beginning. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * `JSON.parse` that loses no digit: an integer beyond the safe range becomes the string of its digits. Some formats
 * write 128-bit ids and nanoseconds as numbers, which `JSON.parse` would round, merging or breaking parents.
 *
 * @throws SyntaxError when it is not JSON
 */
export function parseExactJson(text: string): unknown {
  if (!hasLongRun(text) || !MAYBE_LONG.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) =>
      token.length < 16 || token.startsWith('"') || !/^-?\d+$/.test(token) || isSafe(token)
        ? token
        : `"${token}"`,
    ),
  );
}

const LONG = 16;

const isDigit = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39;
};

/** Whether so many digits stand in a row: each such row has one at a multiple of its length, so few need a look. */
function hasLongRun(text: string): boolean {
  for (let index = LONG - 1; index < text.length; index += LONG) {
    if (!isDigit(text, index)) continue;
    let [start, end] = [index, index + 1];
    while (start > 0 && isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, end)) end += 1;
    if (end - start >= LONG) return true;
  }
  return false;
}

function isSafe(digits: string): boolean {
  return Number.isSafeInteger(Number(digits));
}
