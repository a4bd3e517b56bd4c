import type { FeedEntry, FleetFeedEntry } from '@fleetglass/core/client';
import type { Texts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { describeEntry } from './describe-entry.js';
import type { EntryDescription } from './describe-entry.js';
import { isOfKind } from './feed-kinds.js';
import type { FeedKind } from './feed-kinds.js';

/** An entry in words. */
export interface DescribedRow {
  readonly runId: string;
  /** The run's name, in a feed of several. */
  readonly runName: string | undefined;
  readonly entry: FeedEntry;
  readonly description: EntryDescription;
  /** What a search looks through. */
  readonly words: string;
}

/** Names of what entries only give an id of. */
export interface FeedNames {
  readonly agentName: (runId: string, agentId: string | undefined) => string | undefined;
  /** `undefined` in a feed of one run. */
  readonly runName: (runId: string) => string | undefined;
}

/** An agent that reports nothing: what its tasks did stands beside it already. */
export function isEmptyReport({ type, detail, severity }: FeedEntry): boolean {
  return type === 'agent.status' && detail === undefined && severity === undefined;
}

/** Height of a line and the free space around a row, in pixels; the styles hold the same. */
const LINE = 18;
const SPACE = 8;

/** Each part is a line that does not wrap, so that the height is known before anything is drawn. */
export function rowHeight({ description: { subject, detail } }: DescribedRow, wide: boolean): number {
  const lines = 1 + (subject === undefined || wide ? 0 : 1) + (detail === undefined ? 0 : 1);
  return SPACE + lines * LINE;
}

/** Makes the rows of a feed, and remembers them: most of a list is the same as before. */
export function createRowOf(names: FeedNames, texts: Texts): (entry: FleetFeedEntry) => DescribedRow {
  const known = new WeakMap<FeedEntry, DescribedRow>();
  return ({ runId, entry }) => {
    const found = known.get(entry);
    if (found) return found;
    const description = describeEntry(entry, names.agentName(runId, entry.agentId), texts);
    const runName = names.runName(runId);
    const { who, what, subject, detail, by } = description;
    const words = [who, what, subject, detail, by, runName].filter(Boolean).join('\n').toLowerCase();
    const row = { runId, runName: plainText(runName), entry, description, words };
    known.set(entry, row);
    return row;
  };
}

/** Whether a row is wanted: of the kind, and with every word of the text. */
export function fitsFeedFilter(
  { entry, words }: DescribedRow,
  kind: FeedKind | undefined,
  text: string,
): boolean {
  if (kind !== undefined && !isOfKind(entry, kind)) return false;
  return (
    text === '' ||
    text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => words.includes(word))
  );
}
