/** Finds secrets; see `createRedactor`. */
export interface SecretFinder {
  /** The text with every secret in it replaced; the same string when there is none. */
  text(text: string): string;
  /** Whether whatever is stored under this key is secret. */
  isSecretKey(key: string): boolean;
}

/** Stands in place of a secret. */
export const REDACTED = '[redacted]';

const TOO_DEEP = '[too deep]';
const MAX_DEPTH = 64;

type Container = Readonly<Record<string, unknown>>;

interface Walk {
  readonly finder: SecretFinder | undefined;
  /** What is left of the allowed size, in characters and a few for each value. */
  left: number;
}

function cleanArray(values: readonly unknown[], walk: Walk, depth: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  // Once it is too large the result is thrown away; cycles that branch end here.
  for (let i = 0; i < values.length && walk.left >= 0; i += 1) {
    const value = values[i];
    const cleaned = cleanValue(value, walk, depth);
    if (copy) copy.push(cleaned);
    else if (cleaned !== value) copy = [...values.slice(0, i), cleaned];
  }
  return copy ?? values;
}

/** Copies what `cleanObject` has passed unchanged, once something has to change. */
function copyBefore(value: Container, end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === end) break;
    copy[key] = value[key];
  }
  return copy;
}

function cleanObject(value: Container, walk: Walk, depth: number): Container {
  const { finder } = walk;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An instance would not come out of a JSON round trip as it went in.
  const isPlain = prototype === Object.prototype || prototype === null;
  let copy: Record<string, unknown> | undefined = isPlain ? undefined : {};
  for (const key in value) {
    if (walk.left < 0) return value;
    if (!isPlain && !Object.hasOwn(value, key)) continue;
    if (key === '__proto__') {
      copy ??= copyBefore(value, key);
      continue;
    }
    const before = value[key];
    walk.left -= key.length;
    const secret = finder?.isSecretKey(key) === true && before != null && typeof before !== 'boolean';
    const after = secret ? REDACTED : cleanValue(before, walk, depth);
    if (copy) copy[key] = after;
    else if (after !== before) {
      copy = copyBefore(value, key);
      copy[key] = after;
    }
  }
  return copy ?? value;
}

function cleanValue(value: unknown, walk: Walk, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      walk.left -= value.length + 2;
      if (walk.left < 0) return value;
      return walk.finder ? walk.finder.text(value) : value;
    case 'number':
      walk.left -= 4;
      return value - value === 0 ? value : null;
    case 'object': {
      if (value === null) return value;
      walk.left -= 2;
      if (depth === 0) return TOO_DEEP;
      if (Array.isArray(value)) return cleanArray(value, walk, depth - 1);
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      return cleanObject(value as Container, walk, depth - 1);
    }
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return undefined;
    default:
      return value;
  }
}

/**
 * A value that survives a JSON round trip and holds no secret: the given one where nothing had to change, otherwise a
 * copy of the changed parts. Deeper than 64 levels a placeholder stands; cycles end there too.
 *
 * @param maxSize about the most characters that its JSON may have
 * @returns `undefined` when it is larger
 */
export function clean<T>(value: T, finder: SecretFinder | undefined, maxSize: number): T | undefined {
  const walk: Walk = { finder, left: maxSize };
  const cleaned = cleanValue(value, walk, MAX_DEPTH) as T;
  return walk.left < 0 ? undefined : cleaned;
}
