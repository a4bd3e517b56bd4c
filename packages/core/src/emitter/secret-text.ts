import { REDACTED } from './clean.js';

/*
 * Every pass is linear: a secret is long and has no space in it, so that most of a text is skipped without being
 * looked at; expressions run on single words only and have nothing that can backtrack.
 */

/** Shortest provider key that is looked for. */
const MIN_RUN = 16;

/** A set of ASCII characters that can be asked by character code. */
function charactersOf(characters: string): (code: number) => boolean {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return (code) => code < 128 && table[code] === 1;
}

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const isRun = charactersOf(`${LETTERS_AND_DIGITS}-._`);
const isSpaceOrQuote = charactersOf('"\'`\\ \t\r\n');
const isQuote = charactersOf('"\'`');
const isValueEnd = charactersOf('"\'`\\ \t\r\n,;(){}[]<>|&');
const isLineEnd = charactersOf('"\'`\\\r\n');

/** Prefixes by which providers mark their keys, at the beginning of a word or after a character that is no letter or digit. */
const KEY_PREFIX = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'fgt_',
    'fgk_',
    'sk-',
    '[sr]k_(?:live|test)_',
    'gh[pousr]_',
    'github_pat_',
    'glpat-',
    'xox[abeoprs]-',
    'xapp-',
    'A(?:KIA|SIA|BIA|CCA)(?=[A-Z0-9]{16})',
    'AIza',
    'ya29\\.',
    'npm_',
    'pypi-',
    'hf_',
    'gsk_',
    'xai-',
    'pplx-',
    'tvly-',
    'r8_',
    'lsv2_',
    '(?:pk|sk)-lf-',
    'SG\\.',
    'shp(?:at|ca|pa|ss)_',
    'dop_v1_',
    'whsec_',
    'dckr_pat_',
    'AGE-SECRET-KEY-',
    'eyJ(?=[\\w-]{8,256}\\.)',
  ].join('|')})[\\w.-]{12,}`,
);

/** Made by chance rather than chosen by a person: `npm_config_registry` is no key. */
const isRandom = (word: string): boolean =>
  /\d/.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word.slice(4)));

/** Knows which keys are secret. */
export interface SecretKeys {
  isSecretKey(key: string): boolean;
  /** Whether a secret key may end with these two characters, by code. May err on the side of yes. */
  mayEndWith(secondLast: number, last: number): boolean;
}

/** Start and end of a part of the text to be replaced. */
type Part = readonly [start: number, end: number];

/** The keyed words: provider keys and what follows `Bearer` or `Basic`. */
function findKeys(text: string, parts: Part[]): void {
  const { length } = text;
  let start = 0;
  outer: while (start + MIN_RUN <= length) {
    // From the far end of the window back: the first space found rules out everything before it.
    for (let i = start + MIN_RUN - 1; i >= start; i -= 1) {
      if (!isRun(text.charCodeAt(i))) {
        start = i + 1;
        continue outer;
      }
    }
    let end = start + MIN_RUN;
    while (end < length && isRun(text.charCodeAt(end))) end += 1;
    const scheme = text.slice(Math.max(0, start - 7), start).toLowerCase();
    if (scheme.endsWith('bearer ') || scheme.endsWith('basic ')) {
      while (end < length && (isRun(text.charCodeAt(end)) || '+/=~'.includes(text.charAt(end)))) end += 1;
      if (isRandom(text.slice(start, end))) parts.push([start, end]);
    } else {
      const match = KEY_PREFIX.exec(text.slice(start, end));
      if (match && isRandom(match[0]))
        parts.push([start + match.index, start + match.index + match[0].length]);
    }
    start = end + 1;
  }
}

const PEM = 'PRIVATE KEY-----';

function findPrivateKeys(text: string, parts: Part[]): void {
  for (let at = text.indexOf(PEM); at !== -1; at = text.indexOf(PEM, at)) {
    const start = at + PEM.length;
    const end = text.indexOf('-----END', start);
    parts.push([start, end === -1 ? text.length : end]);
    if (end === -1) return;
    const next = text.indexOf(PEM, end);
    at = next === -1 ? text.length : next + PEM.length;
  }
}

const MAX_KEY = 64;
const MAX_USER_INFO = 512;

function firstOf(text: string, from: number, isEnd: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && !isEnd(text.charCodeAt(at))) at += 1;
  return at;
}

/** The password of `scheme://user:password@host`, when the colon at `at` begins the `://`. */
function findUserInfo(text: string, at: number, parts: Part[]): void {
  const start = at + 3;
  const end = Math.min(text.length, start + MAX_USER_INFO);
  let colon = -1;
  for (let i = start; i < end; i += 1) {
    const character = text.charAt(i);
    if (character === '@') {
      if (colon !== -1 && i > colon + 1) parts.push([colon + 1, i]);
      return;
    }
    if (character === ':' && colon === -1) colon = i;
    else if (character === '/' || isSpaceOrQuote(text.charCodeAt(i))) return;
  }
}

/**
 * The value behind `key =` or `"key":` at `at`, where the key is secret.
 *
 * @returns where to go on: what was looked at once is not looked at again
 */
function findAssignment(text: string, at: number, keys: SecretKeys, parts: Part[]): number {
  let end = at;
  while (end > 0 && at - end < 4 && isSpaceOrQuote(text.charCodeAt(end - 1))) end -= 1;
  // Nearly every key is ruled out here, before it is cut out of the text.
  if (end < 2 || !keys.mayEndWith(text.charCodeAt(end - 2), text.charCodeAt(end - 1))) return at + 1;
  let start = end;
  while (start > 0 && end - start < MAX_KEY && isRun(text.charCodeAt(start - 1))) start -= 1;
  if (start === end || !keys.isSecretKey(text.slice(start, end))) return at + 1;
  const key = text.slice(start, end).toLowerCase();
  let value = at + 1;
  while (value < text.length && value - at < 5 && isSpaceOrQuote(text.charCodeAt(value))) value += 1;
  if (key.endsWith('authorization') || key.endsWith('cookie')) {
    const lineEnd = firstOf(text, value, isLineEnd);
    if (isRandom(text.slice(value, lineEnd))) parts.push([value, lineEnd]);
    return Math.max(lineEnd, at + 1);
  }
  const quoted = isQuote(text.charCodeAt(value - 1));
  const quote = text.charCodeAt(value - 1);
  const valueEnd = firstOf(
    text,
    value,
    quoted ? (code) => code === quote || (isLineEnd(code) && !isQuote(code)) : isValueEnd,
  );
  // Prose and code name secrets all the time: `token: string`, `password = readPassword()`.
  if (valueEnd - value >= 6 && (quoted || /\d/.test(text.slice(value, valueEnd))))
    parts.push([value, valueEnd]);
  return Math.max(valueEnd, at + 1);
}

function findAssignments(text: string, keys: SecretKeys, parts: Part[]): void {
  for (let at = text.indexOf('='); at !== -1;) {
    at = text.indexOf('=', findAssignment(text, at, keys, parts));
  }
  for (let at = text.indexOf(':'); at !== -1;) {
    let next = at + 1;
    if (text.startsWith('//', at + 1)) findUserInfo(text, at, parts);
    else next = findAssignment(text, at, keys, parts);
    at = text.indexOf(':', next);
  }
}

function replaceParts(text: string, parts: Part[]): string {
  parts.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let result = '';
  let done = 0;
  for (const [start, end] of parts) {
    if (end <= done) continue;
    // Parts that overlap are one secret.
    if (start >= done) result += text.slice(done, start) + REDACTED;
    done = end;
  }
  return result + text.slice(done);
}

/** The text with every secret that is recognised by its form replaced; the same string when there is none. */
export function redactText(text: string, keys: SecretKeys): string {
  if (text.length < 8) return text;
  const parts: Part[] = [];
  findKeys(text, parts);
  findPrivateKeys(text, parts);
  findAssignments(text, keys, parts);
  return parts.length === 0 ? text : replaceParts(text, parts);
}
