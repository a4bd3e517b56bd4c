'use client';

import type { KeyboardEvent, ReactElement } from 'react';
import { SearchField } from '../../components/parts/SearchField.js';
import { useTexts } from '../../context/monitor-context.js';
import { readingLabels } from '../reading-labels.js';

export interface FindBarProps {
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** Matches found. */
  readonly count: number;
  /** There are more than were counted. */
  readonly more?: boolean;
  /** Characters that were looked through, where that was not all. */
  readonly searched?: number | undefined;
  /** Index of the match that is shown; -1 before the first. */
  readonly current: number;
  readonly onGo: (match: number) => void;
}

/** A search field with the number of matches and a way from one to the next: Enter, and Shift with Enter. */
export function FindBar({
  query,
  onQuery,
  count,
  more = false,
  searched,
  current,
  onGo,
}: FindBarProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(readingLabels);
  const go = (step: number): void => {
    if (count > 0) onGo((Math.max(current, step < 0 ? 0 : -1) + step + count) % count);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
  };
  const total = more ? `${format.count(count)}+` : format.count(count);
  const isAsked = query.trim() !== '';
  return (
    <div className="fg-find">
      <SearchField label={words.search} value={query} onChange={onQuery} onKeyDown={onKeyDown} />
      {isAsked ? (
        <>
          <span className="fg-find-count" role="status">
            {count === 0 ? words.noMatches : words.matchOf(format.count(current + 1), total)}
            {searched === undefined ? null : ` · ${words.searchedPart(format.bytes(searched))}`}
          </span>
          <span className="fg-find-steps">
            {([-1, 1] as const).map((step) => (
              <button
                key={step}
                type="button"
                className="fg-icon-button"
                aria-label={step < 0 ? words.previous : words.next}
                title={step < 0 ? words.previous : words.next}
                disabled={count === 0}
                onClick={() => go(step)}
              >
                <svg viewBox="0 0 12 12" aria-hidden="true">
                  <path d={step < 0 ? 'm2.5 8 3.5-4 3.5 4' : 'm2.5 4 3.5 4 3.5-4'} />
                </svg>
              </button>
            ))}
          </span>
        </>
      ) : null}
    </div>
  );
}
