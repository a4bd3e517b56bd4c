'use client';

import { useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { inChunks, lengthWithin } from './cut-text.js';
import type { Bound } from './cut-text.js';
import { Marked } from './Marked.js';
import { readingLabels } from '../reading-labels.js';

export interface LongTextProps {
  readonly text: string;
  /** What it is, for assistive technology, once all of it is shown in a place that scrolls. */
  readonly label: string;
  readonly matcher?: RegExp | undefined;
  /** All of it is shown without being asked, for example because what is searched for stands at its end. */
  readonly whole?: boolean;
  /** @default 60 lines or 6,000 characters */
  readonly bound?: Bound;
  /** Letters of equal width. @default true */
  readonly mono?: boolean;
}

export const FIRST_BOUND: Bound = { characters: 6_000, lines: 60 };

/** Characters in one piece of a long text; the browser lays out only the pieces that are seen. */
const CHUNK = 8_000;

/**
 * A text of any length: its beginning, and all of it on demand, in a place of its own that scrolls. Renders again only
 * with its props.
 */
export function LongText({
  text,
  label,
  matcher,
  whole = false,
  bound = FIRST_BOUND,
  mono = true,
}: LongTextProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(readingLabels);
  const [opened, setOpened] = useState(false);
  const length = lengthWithin(text, bound);
  const isLong = length < text.length;
  const isOpen = isLong && (opened || whole);
  const look = cx('fg-prose', mono && 'fg-code');
  if (!isLong) return <div className={look}>{<Marked text={plainText(text)} matcher={matcher} />}</div>;
  return (
    <div className="fg-long">
      {isOpen ? (
        <div className={cx(look, 'fg-long-all fg-scroll')} tabIndex={0} role="group" aria-label={label}>
          {inChunks(text, CHUNK).map((chunk, index) => (
            <div key={index} className="fg-long-chunk">
              <Marked text={plainText(chunk)} matcher={matcher} />
            </div>
          ))}
        </div>
      ) : (
        <div className={look}>
          <Marked text={plainText(text.slice(0, length))} matcher={matcher} />
          <span aria-hidden="true"> …</span>
        </div>
      )}
      <button type="button" className="fg-link fg-long-more" onClick={() => setOpened(!isOpen)}>
        {isOpen ? words.showLess : words.showAll(format.bytes(text.length))}
      </button>
    </div>
  );
}
