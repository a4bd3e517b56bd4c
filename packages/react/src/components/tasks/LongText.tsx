'use client';

import { useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { CopyButton } from '../parts/CopyButton.js';
import { detailsLabels } from './details-labels.js';

export interface LongTextProps {
  readonly text: string;
  /** What it is, for assistive technology. */
  readonly label: string;
}

/** Characters and lines that are shown until somebody asks for more, and most that a page draws. */
const SHORT = 600;
const SHORT_LINES = 12;
const MOST = 100_000;

/** A text of an agent, bounded: its beginning, then all of it on demand, and a copy of the whole. Renders again only with its props. */
export function LongText({ text, label }: LongTextProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(detailsLabels);
  const [open, setOpen] = useState(false);
  const short = text.slice(0, SHORT).split('\n', SHORT_LINES).join('\n');
  const isLong = short.length < text.length;
  const shown = plainText(isLong && !open ? `${short}…` : text.slice(0, MOST));
  return (
    <div className="fg-long-text">
      <pre
        className="fg-scroll"
        tabIndex={open ? 0 : undefined}
        role={open ? 'group' : undefined}
        aria-label={open ? label : undefined}
        data-open={open || undefined}
      >
        {shown}
      </pre>
      {isLong ? (
        <p className="fg-long-text-end">
          <button type="button" className="fg-link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? words.showLess : words.showAll(format.count(text.length))}
          </button>
          {open && text.length > MOST ? (
            <span>{words.cutAt(format.count(MOST), format.count(text.length))}</span>
          ) : null}
          {open ? <CopyButton text={() => text} /> : null}
        </p>
      ) : null}
    </div>
  );
}
