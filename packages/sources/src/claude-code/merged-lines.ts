import type { SessionLine } from './line.js';
import { parseLine } from './line.js';
import type { SessionFiles } from './session-files.js';
import { readLines, startTimeOf } from './session-files.js';

/** A parsed line of one of a session's files; a string says why it could not be read. */
export interface MergedLine {
  readonly file: string;
  readonly lineNumber: number;
  readonly line: SessionLine | string;
}

interface Cursor {
  readonly file: string;
  /** Time of the next line. A line without one belongs to the line before it. */
  time: number;
  /** Opened only when its time has come, so that a session of many sub-agents holds few files open. */
  lines: AsyncGenerator<MergedLine, void, undefined> | undefined;
  next: MergedLine | undefined;
}

/** Lines of all files in the order of their times; each file keeps its own order. At equal times the session's own first. */
export async function* mergeLines(files: SessionFiles): AsyncGenerator<MergedLine, void, undefined> {
  const cursors: Cursor[] = [
    { file: files.main, time: Number.NEGATIVE_INFINITY, lines: undefined, next: undefined },
  ];
  for (const file of files.subagents) {
    cursors.push({ file, time: await startTimeOf(file), lines: undefined, next: undefined });
  }
  try {
    for (let cursor = earliest(cursors); cursor; cursor = earliest(cursors)) {
      if (cursor.next) yield cursor.next;
      await advance(cursor);
      if (!cursor.next) cursors.splice(cursors.indexOf(cursor), 1);
    }
  } finally {
    for (const cursor of cursors) await cursor.lines?.return();
  }
}

function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let first: Cursor | undefined;
  for (const cursor of cursors) if (!first || cursor.time < first.time) first = cursor;
  return first;
}

async function advance(cursor: Cursor): Promise<void> {
  cursor.lines ??= parsedLines(cursor.file);
  const { value } = await cursor.lines.next();
  cursor.next = value ?? undefined;
  const line = cursor.next?.line;
  if (typeof line === 'object' && line.time !== undefined) cursor.time = line.time;
}

async function* parsedLines(file: string): AsyncGenerator<MergedLine, void, undefined> {
  for await (const { text, lineNumber, isPartial } of readLines(file)) {
    if (text?.trim() === '') continue;
    const line = text === undefined ? 'too long' : parseLine(text);
    const isCut = isPartial && line === 'not JSON';
    yield { file, lineNumber, line: isCut ? 'half-written' : line };
  }
}
