/**
 * Characters that change how their surroundings are read without being seen: controls, and marks that reverse or
 * embed the direction of text. Line breaks and tabs stay.
 */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/** Text that an agent or a file produced, as it is shown: what cannot be seen cannot mislead either. */
export function plainText(text: string): string;
export function plainText(text: string | undefined): string | undefined;
export function plainText(text: string | undefined): string | undefined {
  return text?.replace(INVISIBLE, '\uFFFD');
}
