import { defineLabels } from '../labels/define-labels.js';

/** Words that the components of this entry share. */
export interface ReadingLabels {
  readonly search: string;
  readonly previous: string;
  readonly next: string;
  readonly noMatches: string;
  readonly matchOf: (match: string, count: string) => string;
  /** Only part of all text was looked through. */
  readonly searchedPart: (size: string) => string;
  readonly showAll: (size: string) => string;
  readonly showLess: string;
  readonly newRows: (count: string) => string;
  readonly announce: (count: string) => string;
  readonly download: string;
  readonly loadingPayload: string;
  readonly missingPayload: string;
  readonly all: string;
  readonly everyAgent: string;
  readonly agent: string;
  readonly nothingMatches: string;
  readonly nothingMatchesHint: string;
  readonly noSuchRun: string;
  readonly noSuchRunHint: string;
  readonly readFailed: (message: string) => string;
  readonly omitted: (count: string) => string;
}

export const readingLabels = defineLabels<ReadingLabels>('reading', {
  search: 'Search',
  previous: 'Previous match',
  next: 'Next match',
  noMatches: 'No matches',
  matchOf: (match, count) => `${match} of ${count}`,
  searchedPart: (size) => `Searched the first ${size}`,
  showAll: (size) => `Show all ${size}`,
  showLess: 'Show less',
  newRows: (count) => `${count} new`,
  announce: (count) => `${count} new`,
  download: 'Download',
  loadingPayload: 'Loading …',
  missingPayload: 'It is no longer stored.',
  all: 'All',
  everyAgent: 'Every agent',
  agent: 'Agent',
  nothingMatches: 'Nothing matches',
  nothingMatchesHint: 'Change or clear the filters to see more.',
  noSuchRun: 'This run is not here',
  noSuchRunHint: 'It may have been deleted, or you may not see it.',
  readFailed: (message) => `Reading stopped: ${message}`,
  omitted: (count) => `${count} older ones are left out to keep memory bounded.`,
});
