import { plainText } from '../../lib/plain-text.js';

/** The names that people write; others stay as they are written. */
const NAMES = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['bull', '•'],
  ['copy', '©'],
  ['deg', '°'],
  ['euro', '€'],
  ['ge', '≥'],
  ['gt', '>'],
  ['hellip', '…'],
  ['larr', '←'],
  ['ldquo', '“'],
  ['le', '≤'],
  ['lsquo', '‘'],
  ['lt', '<'],
  ['mdash', '—'],
  ['middot', '·'],
  ['nbsp', '\u00A0'],
  ['ndash', '–'],
  ['ne', '≠'],
  ['quot', '"'],
  ['rarr', '→'],
  ['rdquo', '”'],
  ['rsquo', '’'],
  ['times', '×'],
]);

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi;

/** Words with their character references resolved; none of them brings in what cannot be seen. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  const decoded = text.replaceAll(
    REFERENCE,
    (written: string, ...groups: readonly (string | undefined)[]) => {
      const [decimal, hex, name] = groups;
      if (decimal !== undefined) return characterOf(Number(decimal));
      if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
      return NAMES.get(name ?? '') ?? written;
    },
  );
  return plainText(decoded);
}

const characterOf = (code: number): string =>
  code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\uFFFD' : String.fromCodePoint(code);
