import type { Range } from './role.js';
import type { RolePrompt } from './role-prompt.js';
import { inputOf } from './step-tokens.js';

/** A line of two texts laid over each other: what only the first has is `removed`. */
export interface PromptLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** What differs between two prompts, line by line. */
export interface PromptDifference {
  readonly system: readonly PromptLine[];
  readonly prompt: readonly PromptLine[];
  /** Input tokens of each, from its UTF-8 bytes ÷ 4 to its bytes ÷ 2. */
  readonly inputTokens: { readonly first: Range; readonly second: Range };
}

/** Pairs of lines that are compared at most; beyond, what differs is shown as replaced. */
const MAX_PAIRS = 4_000_000;

const lines = (kind: PromptLine['kind'], texts: readonly string[]): PromptLine[] =>
  texts.map((text) => ({ kind, text }));

/** Longest common subsequence of lines, by the table of Wagner and Fischer (https://doi.org/10.1145/321796.321811). */
function alignLines(first: readonly string[], second: readonly string[]): PromptLine[] {
  if (first.length * second.length > MAX_PAIRS)
    return [...lines('removed', first), ...lines('added', second)];
  const width = second.length + 1;
  // Length of the longest common rest from a pair of lines on.
  const rest = new Uint32Array((first.length + 1) * width);
  const at = (i: number, j: number): number => rest[i * width + j] ?? 0;
  for (let i = first.length - 1; i >= 0; i -= 1) {
    for (let j = second.length - 1; j >= 0; j -= 1) {
      rest[i * width + j] =
        first[i] === second[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const aligned: PromptLine[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const [a, b] = [first[i], second[j]];
    if (a !== undefined && a === b) {
      aligned.push({ kind: 'same', text: a });
      i += 1;
      j += 1;
    } else if (a !== undefined && (b === undefined || at(i + 1, j) >= at(i, j + 1))) {
      aligned.push({ kind: 'removed', text: a });
      i += 1;
    } else {
      aligned.push({ kind: 'added', text: b ?? '' });
      j += 1;
    }
  }
  return aligned;
}

/** Lines of two texts laid over each other, as few of them changed as possible. */
function diffLines(before: string, after: string): PromptLine[] {
  const [first, second] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(first.length, second.length);
  let head = 0;
  while (head < shorter && first[head] === second[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && first.at(-1 - tail) === second.at(-1 - tail)) tail += 1;
  return [
    ...lines('same', first.slice(0, head)),
    ...alignLines(first.slice(head, first.length - tail), second.slice(head, second.length - tail)),
    ...lines('same', first.slice(first.length - tail)),
  ];
}

/** What differs between two prompts, line by line. */
export function diffPrompts(first: RolePrompt, second: RolePrompt): PromptDifference {
  return {
    system: diffLines(first.system, second.system),
    prompt: diffLines(first.prompt, second.prompt),
    inputTokens: {
      first: inputOf(first.system + first.prompt),
      second: inputOf(second.system + second.prompt),
    },
  };
}
