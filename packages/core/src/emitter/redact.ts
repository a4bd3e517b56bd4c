import type { SecretFinder } from './clean.js';
import { clean } from './clean.js';
import type { SecretKeys } from './secret-text.js';
import { redactText } from './secret-text.js';

/** What counts as a secret besides the built-in rules. */
export interface RedactionRules {
  /**
   * Further keys whose values are secret. Compared without case, `_`, `-`, `.` and spaces, and as the end of a key:
   * `token` also means `GITHUB_TOKEN`.
   */
  readonly keys?: readonly string[];
  /** Keys that are not secret although a rule says so. Compared as a whole. */
  readonly allowKeys?: readonly string[];
  /** Replaces further secrets; called with every text after the built-in rules. Must be quick and linear. */
  readonly text?: (text: string) => string;
}

/** Replaces secrets by `[redacted]`. The originals are never kept. */
export interface Redactor extends SecretFinder {
  /**
   * The value itself when it holds no secret; otherwise a copy of the parts that do. Never changes its argument.
   * `undefined` when it is larger than 16 million characters.
   */
  redact<T>(value: T): T | undefined;
}

const SECRET_KEYS = [
  'authorization',
  'apikey',
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'cookie',
  'credentials',
  'privatekey',
  'secretkey',
  'accesskey',
  'secretaccesskey',
  'accountkey',
  'connectionstring',
];

const MOST_KNOWN_KEYS = 4096;
const MAX_SIZE = 16 * 1024 * 1024;
const normalise = (key: string): string => key.toLowerCase().replaceAll(/[-_.\s]/g, '');

/** A set of pairs of characters, without case; pairs that share a place are taken for each other. */
function createPairs(words: readonly string[]): SecretKeys['mayEndWith'] {
  const seen = new Uint8Array(1024);
  const placeOf = (first: number, second: number): number => ((first | 32) * 31 + (second | 32)) & 1023;
  for (const word of words)
    seen[placeOf(word.charCodeAt(word.length - 2), word.charCodeAt(word.length - 1))] = 1;
  return (first, second) => seen[placeOf(first, second)] === 1;
}

/**
 * Recognises secrets by key (`password`, `api_key`, `GITHUB_TOKEN`, …) and by form: provider keys, bearer tokens, JSON
 * web tokens, private keys, passwords in connection strings and in assignments. Takes linear time in the size of the
 * value.
 */
export function createRedactor(rules: RedactionRules = {}): Redactor {
  const endings = [...SECRET_KEYS, ...(rules.keys ?? []).map(normalise)];
  const allowed = new Set((rules.allowKeys ?? []).map(normalise));
  const known = new Map<string, boolean>();

  const isSecretKey = (key: string): boolean => {
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    const name = normalise(key);
    const secret = !allowed.has(name) && endings.some((ending) => name.endsWith(ending));
    // Keys may come from hostile data: what is remembered of them stays bounded.
    if (known.size >= MOST_KNOWN_KEYS) known.clear();
    known.set(key, secret);
    return secret;
  };
  const keys: SecretKeys = { isSecretKey, mayEndWith: createPairs(endings) };
  const more = rules.text;
  const text = more
    ? (value: string) => more(redactText(value, keys))
    : (value: string) => redactText(value, keys);

  const finder: SecretFinder = { text, isSecretKey };
  return {
    ...finder,
    redact: (value) => clean(value, finder, MAX_SIZE),
  };
}
