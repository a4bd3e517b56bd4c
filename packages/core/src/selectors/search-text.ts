import type { FleetState, RunState } from '../projection/state.js';
import { rowsOf } from './runs.js';

/** What of a run holds words. */
export type RunMatchField =
  'name' | 'id' | 'thread' | 'label' | 'source' | 'error' | 'agent' | 'task' | 'taskError';

/** Where words were found. */
export interface RunMatch {
  readonly field: RunMatchField;
  /** The text around them, shortened. */
  readonly text: string;
  /** Between which characters of `text` the first of them stands. */
  readonly start: number;
  readonly end: number;
}

/** Characters of a text that are looked through; names and messages may be of any length. */
const MOST_CHARACTERS = 4_000;
/** Characters kept around what was found. */
const BEFORE = 24;
const LENGTH = 120;
const MOST_WORDS = 10;

/** The words of a text, each once, in lower case. */
export function wordsOf(text: string | undefined): readonly string[] {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** Everything of a run that can be searched, the plainest first. */
function* textsOf(state: FleetState, run: RunState): Iterable<readonly [RunMatchField, string | undefined]> {
  yield ['name', run.name];
  yield ['id', run.id];
  yield ['thread', run.threadId];
  for (const [name, value] of Object.entries(run.labels)) yield ['label', `${name}=${value}`];
  yield ['source', run.source];
  yield ['error', run.error && `${run.error.code}: ${run.error.message}`];
  yield ['error', run.message];
  for (const { name, role } of rowsOf(run.agents, state.agents)) {
    yield ['agent', name];
    yield ['agent', role];
  }
  for (const { name, error } of rowsOf(run.tasks, state.tasks)) {
    yield ['task', name];
    yield ['taskError', error?.message];
  }
}

/** Where a run holds each of the words first, each place once; `undefined` when it lacks one of them. */
export function matchRun(
  state: FleetState,
  run: RunState,
  words: readonly string[],
): readonly RunMatch[] | undefined {
  const missing = new Set(words);
  const matches: RunMatch[] = [];
  for (const [field, text] of textsOf(state, run)) {
    if (text === undefined) continue;
    const low = text.slice(0, MOST_CHARACTERS).toLowerCase();
    const here = [...missing].filter((word) => low.includes(word));
    const [first] = here;
    if (first === undefined) continue;
    for (const word of here) missing.delete(word);
    matches.push(excerpt(field, text, low.indexOf(first), first.length));
    if (missing.size === 0) return matches;
  }
  return undefined;
}

function excerpt(field: RunMatchField, text: string, at: number, length: number): RunMatch {
  const from = at > LENGTH - BEFORE - length ? Math.max(0, at - BEFORE) : 0;
  const head = from > 0 ? '…' : '';
  const tail = text.length > from + LENGTH ? '…' : '';
  const start = head.length + at - from;
  return {
    field,
    text: head + text.slice(from, from + LENGTH) + tail,
    start,
    end: Math.min(start + length, head.length + LENGTH),
  };
}
