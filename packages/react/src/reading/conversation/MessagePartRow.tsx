'use client';

import { memo, useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { CopyButton } from '../../components/parts/CopyButton.js';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { PayloadView } from '../json/ValueView.js';
import { MarkdownText } from '../markdown/MarkdownText.js';
import { firstLine } from '../text/cut-text.js';
import { LongText } from '../text/LongText.js';
import { Marked } from '../text/Marked.js';
import { conversationLabels } from './conversation-labels.js';
import type { PartRow } from './conversation-rows.js';
import { partText } from './part-text.js';
import { ToolCall } from './ToolCall.js';

export interface MessagePartRowProps extends Pick<
  PartRow,
  'message' | 'part' | 'result' | 'first' | 'depth'
> {
  readonly rowKey: string;
  readonly name: string | undefined;
  readonly open: boolean;
  /** `key` of the row. Module constant or memoised. */
  readonly onTurn: (key: string) => void;
  readonly matcher?: RegExp | undefined;
  /** Which match of this row is looked at. */
  readonly match?: number | undefined;
}

/** A system prompt is read once, if at all: what was said begins below it. */
const SYSTEM_BOUND = { characters: 600, lines: 12 };

/** One part of a message, with who says it where that changes. Renders again only with its props. */
export const MessagePartRow = memo(function MessagePartRow({
  message,
  part,
  result,
  first,
  depth,
  rowKey,
  name,
  open,
  onTurn,
  matcher,
  match,
}: MessagePartRowProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(conversationLabels);
  const element = useRef<HTMLDivElement>(null);
  useShownMatch(element, match, matcher);
  const role = message.role === 'tool' ? 'assistant' : message.role;
  const whole = match !== undefined;
  const turn = (): void => onTurn(rowKey);
  const isWords = part.kind === 'text';
  return (
    <div
      ref={element}
      className="fg-part"
      data-role={role}
      data-kind={part.kind}
      data-first={first || undefined}
      style={{ '--fg-depth': depth } as React.CSSProperties}
    >
      {first ? (
        <p className="fg-speaker">
          <span className="fg-speaker-name">
            {plainText(role === 'assistant' && name !== undefined ? name : words.role[role])}
          </span>
          {name === undefined ? null : (
            <span>{role === 'assistant' ? words.role[role] : plainText(name)}</span>
          )}
          <time dateTime={format.machineTime(message.time)}>{format.time(message.time)}</time>
        </p>
      ) : null}
      <div className="fg-part-body">
        {part.kind === 'text' ? (
          <MarkdownText
            text={part.text}
            label={words.text}
            matcher={matcher}
            whole={whole}
            bound={role === 'system' ? SYSTEM_BOUND : undefined}
            streaming={message.streaming}
          />
        ) : part.kind === 'thinking' ? (
          <Thinking text={part.text} open={open} onTurn={turn} matcher={matcher} whole={whole} />
        ) : part.kind === 'toolCall' ? (
          <ToolCall
            runId={message.runId}
            call={part}
            result={result}
            open={open}
            onTurn={turn}
            matcher={matcher}
            whole={whole}
          />
        ) : part.kind === 'toolResult' ? (
          <>
            <p className="fg-call-label">{words.resultOf(plainText(part.callId.slice(0, 100)))}</p>
            <PayloadView payload={part.output} label={words.output} matcher={matcher} whole={whole} />
          </>
        ) : (
          <p className="fg-reading-note">
            {words.reference(
              plainText((part.name ?? part.ref).slice(0, 200)),
              plainText(part.mediaType.slice(0, 100)),
            )}
          </p>
        )}
        {isWords && message.streaming ? <p className="fg-writing">{words.writing}</p> : null}
      </div>
      {isWords ? (
        <CopyButton
          className="fg-plain-button fg-part-copy"
          text={() => partText(part)}
          aria-label={words.copyMessage}
        />
      ) : null}
    </div>
  );
});

interface ThinkingProps {
  readonly text: string;
  readonly open: boolean;
  readonly onTurn: () => void;
  readonly matcher: RegExp | undefined;
  readonly whole: boolean;
}

function Thinking({ text, open, onTurn, matcher, whole }: ThinkingProps): ReactElement {
  const words = useTexts().labels(conversationLabels);
  return (
    <div className="fg-thinking">
      <button type="button" className="fg-thinking-head" aria-expanded={open} onClick={onTurn}>
        <span className="fg-chevron" data-open={open || undefined} aria-hidden="true" />
        <span className="fg-thinking-word">{words.thinking}</span>{' '}
        {open ? null : (
          <span className="fg-thinking-preview" dir="auto">
            <Marked text={plainText(firstLine(text))} matcher={matcher} />
          </span>
        )}
      </button>
      {open ? (
        <div className="fg-thinking-body">
          <LongText text={text} label={words.thinking} matcher={matcher} whole={whole} mono={false} />
        </div>
      ) : null}
    </div>
  );
}

/** Marks the match that is looked at and brings it into view. Markdown that is not loaded yet marks it when it is. */
function useShownMatch(
  element: React.RefObject<HTMLElement | null>,
  match: number | undefined,
  matcher: RegExp | undefined,
): void {
  useEffect(() => {
    if (match === undefined) return undefined;
    const marks = element.current?.querySelectorAll('mark') ?? [];
    const mark = marks[Math.min(match, marks.length - 1)];
    mark?.setAttribute('data-current', '');
    // Not every document has a place to scroll to: those of tests have none.
    if (typeof mark?.scrollIntoView === 'function') mark.scrollIntoView({ block: 'nearest' });
    return () => mark?.removeAttribute('data-current');
  }, [element, match, matcher]);
}
