'use client';

import { Component, lazy, Suspense, useDeferredValue, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { readingLabels } from '../reading-labels.js';
import { lengthWithin } from '../text/cut-text.js';
import type { Bound } from '../text/cut-text.js';
import { FIRST_BOUND, LongText } from '../text/LongText.js';
import { isHarmless } from './is-harmless.js';

export interface MarkdownTextProps {
  readonly text: string;
  readonly label: string;
  readonly matcher?: RegExp | undefined;
  /** Shows a long text whole instead of its beginning with a button. @default false */
  readonly whole?: boolean;
  /** What is shown before the reader asks for all. @default that of a long text */
  readonly bound?: Bound | undefined;
  /** It still grows: its end is what is read. */
  readonly streaming?: boolean;
}

const RichText = lazy(async () => ({ default: (await import('./RichText.js')).RichText }));

/** Characters of a text that still grows; its beginning is left out until it is whole. */
const STREAMED = 12_000;

/**
 * Text of an agent as it was meant, Markdown: long ones from their beginning, and what would hold up the page as plain
 * text. Renders again with its props.
 */
export function MarkdownText({
  text,
  label,
  matcher,
  whole = false,
  bound = FIRST_BOUND,
  streaming = false,
}: MarkdownTextProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(readingLabels);
  const [opened, setOpened] = useState(false);
  const shown = useDeferredValue(streaming ? text.slice(-STREAMED) : text);
  const length = streaming ? shown.length : lengthWithin(shown, bound);
  const isLong = length < shown.length;
  const isOpen = opened || whole;
  const part = isLong && !isOpen ? cutAtParagraph(shown, length) : shown;
  if (!isHarmless(part)) {
    return <LongText text={shown} label={label} matcher={matcher} whole={isOpen} mono={false} />;
  }
  const plain = (
    <div className="fg-prose" dir="auto">
      {plainText(part)}
    </div>
  );
  return (
    <div className="fg-long">
      <Fallback plain={plain}>
        <Suspense fallback={plain}>
          <RichText text={plainText(part)} matcher={matcher} />
        </Suspense>
      </Fallback>
      {isLong ? (
        <button type="button" className="fg-link fg-long-more" onClick={() => setOpened(!isOpen)}>
          {isOpen ? words.showLess : words.showAll(format.bytes(text.length))}
        </button>
      ) : null}
    </div>
  );
}

function cutAtParagraph(text: string, length: number): string {
  const end = text.lastIndexOf('\n\n', length);
  return text.slice(0, end > length / 2 ? end : length);
}

interface FallbackProps {
  readonly plain: ReactNode;
  readonly children: ReactNode;
}

/** What cannot be laid out, or whose code could not be loaded, is shown as it is. React has no hook for this. */
class Fallback extends Component<FallbackProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.plain : this.props.children;
  }
}
