/** A value in a tree of values, or some of the many members of one. */
export interface JsonNode {
  /** Place in the tree; unique. */
  readonly id: string;
  /** As a person would write it in a program: `$.tools[3].name`. */
  readonly path: string;
  /** Name or index in what holds it. */
  readonly name?: string;
  readonly value: unknown;
  readonly kind: JsonKind;
  /** Members of an object, items of a list, characters of a string. */
  readonly size: number;
  readonly depth: number;
  /** Which of the members this stands for. */
  readonly range?: readonly [from: number, to: number];
  /** Values that hold it, from the outermost on. */
  readonly holders: readonly unknown[];
}

export type JsonKind =
  | 'object'
  | 'list'
  | 'string'
  | 'number'
  | 'literal'
  /** Of no kind that JSON has. */
  | 'other'
  /** Holds itself. */
  | 'circle'
  /** Too deep to be opened. */
  | 'deep';

/** Most members shown at once; more stand in groups. */
export const GROUP = 100;
/** Levels that can be opened. */
export const DEEPEST = 100;

/** The value itself, as the root of its tree. */
export function rootNode(value: unknown): JsonNode {
  return node({ id: '$', path: '$', value, depth: 0, holders: [] });
}

function node(given: Omit<JsonNode, 'kind' | 'size'>): JsonNode {
  const kind = kindOf(given);
  return { ...given, kind, size: sizeOf(kind, given.value) };
}

function kindOf({ value, depth, holders }: Omit<JsonNode, 'kind' | 'size'>): JsonKind {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  if (value === null || typeof value === 'boolean') return 'literal';
  if (typeof value !== 'object') return 'other';
  if (holders.includes(value)) return 'circle';
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return 'other';
  if (depth >= DEEPEST) return 'deep';
  return isList ? 'list' : 'object';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function sizeOf(kind: JsonKind, value: unknown): number {
  if (kind === 'string') return (value as string).length;
  if (kind === 'list') return (value as readonly unknown[]).length;
  return kind === 'object' ? namesOf(value as object).length : 0;
}

const names = new WeakMap<object, readonly string[]>();

function namesOf(value: object): readonly string[] {
  const known = names.get(value) ?? Object.keys(value);
  names.set(value, known);
  return known;
}

export const canOpen = ({ kind, size }: JsonNode): boolean =>
  (kind === 'object' || kind === 'list') && size > 0;

/** Members of a node, or groups of them where there are many. */
export function childrenOf(parent: JsonNode): readonly JsonNode[] {
  if (!canOpen(parent)) return [];
  const [from, to] = parent.range ?? [0, parent.size];
  const count = to - from;
  if (count > GROUP) {
    let step = GROUP;
    while (count / step > GROUP) step *= GROUP;
    return Array.from({ length: Math.ceil(count / step) }, (_, index): JsonNode => {
      const start = from + index * step;
      const range = [start, Math.min(to, start + step)] as const;
      return { ...parent, id: `${parent.id}#${range[0]}-${range[1]}`, range, depth: parent.depth + 1 };
    });
  }
  const holders = [...parent.holders, parent.value];
  return Array.from({ length: count }, (_, index) => member(parent, from + index, holders));
}

function member(
  { value, kind, path, depth }: JsonNode,
  index: number,
  holders: readonly unknown[],
): JsonNode {
  const isList = kind === 'list';
  const name = isList ? String(index) : (namesOf(value as object)[index] ?? '');
  const place = isList
    ? `[${name}]`
    : /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)
      ? `.${name}`
      : `[${JSON.stringify(name)}]`;
  const here = path + place;
  return node({
    id: here,
    path: here,
    name,
    value: read(value as object, isList ? index : name),
    depth: depth + 1,
    holders,
  });
}

/** A member that throws when it is read is shown as what it threw. */
function read(holder: object, name: string | number): unknown {
  try {
    return (holder as { readonly [name: string | number]: unknown })[name];
  } catch (error) {
    return error;
  }
}

/** What can be seen of a tree, from top to bottom: the root, and the members of what is open. */
export function visibleNodes(root: JsonNode, isOpen: (node: JsonNode) => boolean): readonly JsonNode[] {
  const seen: JsonNode[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    seen.push(next);
    if (!canOpen(next) || !isOpen(next)) continue;
    const children = childrenOf(next);
    for (let index = children.length - 1; index >= 0; index -= 1) waiting.push(children[index] as JsonNode);
  }
  return seen;
}

/** Nodes that match, each with what has to be opened to see it. */
export interface JsonMatches {
  readonly found: readonly { readonly id: string; readonly inside: readonly string[] }[];
  /** Not all of the tree was looked through, or there are more. */
  readonly partly: boolean;
}

const MOST_VISITED = 200_000;
const MOST_FOUND = 1_000;

/** Looks for a text among names and plain values. */
export function findNodes(root: JsonNode, matcher: RegExp): JsonMatches {
  const found: { readonly id: string; readonly inside: readonly string[] }[] = [];
  interface Step {
    readonly node: JsonNode;
    readonly inside?: Step | undefined;
  }
  const waiting: Step[] = [{ node: root }];
  let visited = 0;
  for (let step = waiting.pop(); step; step = waiting.pop()) {
    visited += 1;
    if (visited > MOST_VISITED || found.length >= MOST_FOUND) return { found, partly: true };
    const { node: at } = step;
    if (at.range === undefined && matches(at, matcher)) {
      const inside: string[] = [];
      for (let holder = step.inside; holder; holder = holder.inside) inside.push(holder.node.id);
      found.push({ id: at.id, inside });
    }
    const children = childrenOf(at);
    for (let index = children.length - 1; index >= 0; index -= 1) {
      waiting.push({ node: children[index] as JsonNode, inside: step });
    }
  }
  return { found, partly: false };
}

function matches({ name, kind, value }: JsonNode, matcher: RegExp): boolean {
  const has = (text: string): boolean => {
    matcher.lastIndex = 0;
    return matcher.test(text);
  };
  if (name !== undefined && has(name)) return true;
  return kind !== 'object' && kind !== 'list' && has(textOf(value));
}

/** A value that stands alone, in words; never throws. */
export function textOf(value: unknown): string {
  try {
    if (typeof value === 'function') return `function ${value.name}`;
    return String(value);
  } catch {
    return '';
  }
}

/** JSON of any value: what holds itself, and what JSON does not know, becomes text. */
export function jsonText(value: unknown, indent?: number): string {
  const holders: unknown[] = [];
  try {
    // What is no JSON at all, such as a function, has no text of its own, whatever the types say.
    const text = JSON.stringify(
      value,
      function write(this: unknown, _name: string, member: unknown) {
        while (holders.length > 0 && holders.at(-1) !== this) holders.pop();
        if (typeof member === 'bigint' || typeof member === 'function' || typeof member === 'symbol')
          return textOf(member);
        if (typeof member !== 'object' || member === null) return member;
        if (holders.includes(member) || holders.length > DEEPEST) return '…';
        holders.push(member);
        return member;
      },
      indent,
    ) as string | undefined;
    return text ?? textOf(value);
  } catch {
    return textOf(value);
  }
}
