'use client';

import { memo } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { firstLine } from '../text/cut-text.js';
import { conversationLabels } from './conversation-labels.js';
import type { BlockRow } from './conversation-rows.js';

export interface AgentBlockProps {
  readonly row: BlockRow;
  readonly name: string;
  readonly open: boolean;
  readonly onTurn: (key: string) => void;
}

/** The head of what another agent said: who, how much, what was asked and answered. Renders again with its props. */
export const AgentBlock = memo(function AgentBlock({
  row,
  name,
  open,
  onTurn,
}: AgentBlockProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(conversationLabels);
  const { messages, calls, failures, from, to, asked, answered } = row;
  const facts = [
    words.said(format.count(messages), messages === 1),
    ...(calls > 0 ? [words.calls(format.count(calls), calls === 1)] : []),
    format.duration(to - from),
  ];
  return (
    <div className="fg-agent-block" style={{ '--fg-depth': row.depth } as CSSProperties}>
      <button
        type="button"
        className="fg-agent-block-head"
        aria-expanded={open}
        onClick={() => onTurn(row.key)}
      >
        <span className="fg-chevron" data-open={open || undefined} aria-hidden="true" />
        <span className="fg-agent-block-word">{words.subAgent}</span>{' '}
        <span className="fg-agent-block-name">{plainText(name.slice(0, 200))}</span>{' '}
        <span className="fg-agent-block-facts">
          {facts.join(' · ')}
          {failures > 0 ? (
            <>
              {' · '}
              <span className="fg-failures">{words.failures(format.count(failures))}</span>
            </>
          ) : null}
        </span>
      </button>
      {open ? null : (
        <dl className="fg-agent-block-preview">
          {(
            [
              [words.input, asked],
              [words.output, answered],
            ] as const
          ).map(([label, text]) =>
            text === undefined ? null : (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{plainText(firstLine(text, 240))}</dd>
              </div>
            ),
          )}
        </dl>
      )}
    </div>
  );
});
