'use client';

import { memo } from 'react';
import type { ReactElement } from 'react';
import { CopyButton } from '../../components/parts/CopyButton.js';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { JsonView } from '../json/JsonView.js';
import { LongText } from '../text/LongText.js';
import { Marked } from '../text/Marked.js';
import { logLabels } from './log-labels.js';
import type { LogEntry } from './log-entries.js';
import { tokenizeJson } from './tokenize-json.js';

export interface LogRowProps {
  readonly entry: LogEntry;
  readonly open: boolean;
  readonly selected: boolean;
  /** Several agents write this log. */
  readonly showAgent: boolean;
  readonly matcher: RegExp | undefined;
  readonly onTurn: (key: string) => void;
  readonly onShowFile?: ((path: string, seq: number) => void) | undefined;
}

/** Characters on a closed row; more than fit on the widest screen. */
const SHOWN = 240;
const COLOURED: ReadonlySet<string> = new Set(['string', 'number', 'literal']);
/** Characters shown before a match that stands further on. */
const BEFORE = 60;

/** One line of a log; open, its value as a tree. Renders again only with its props. */
export const LogRow = memo(function LogRow({
  entry,
  open,
  selected,
  showAgent,
  matcher,
  onTurn,
  onShowFile,
}: LogRowProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(logLabels);
  const { key, number, time, level, type, path, text, value } = entry;
  return (
    <div className="fg-log-row" data-level={level} data-selected={selected || undefined}>
      <button type="button" className="fg-log-head" aria-expanded={open} onClick={() => onTurn(key)}>
        <span className="fg-log-number">{format.count(number)}</span>{' '}
        {time === undefined ? (
          <span className="fg-log-time">{value === undefined ? words.noJson : ''}</span>
        ) : (
          <time className="fg-log-time" dateTime={format.machineTime(time)}>
            {format.time(time)}
          </time>
        )}
        <span className="fg-log-mark" aria-hidden="true" />
        {type === '' ? null : (
          <span className="fg-log-type">
            <Marked text={plainText(type.slice(0, 80))} matcher={matcher} />
          </span>
        )}{' '}
        {showAgent ? (
          <span className="fg-log-agent">{plainText((entry.agentId ?? '').slice(0, 60))}</span>
        ) : null}
        <span className="fg-log-text">
          {level === 'warn' || level === 'error' ? (
            <span className="fg-log-level">{words.level[level]} </span>
          ) : null}
          {type === 'span.ended' && entry.tool !== undefined ? (
            <span className="fg-log-tool">{plainText(entry.tool.slice(0, 60))} </span>
          ) : null}
          <Line text={text} matcher={matcher} isJson={value !== undefined} />
        </span>
      </button>
      {open ? (
        <div className="fg-log-body">
          <div className="fg-buttons">
            <CopyButton text={entry.line}>{words.copyLine}</CopyButton>
            {path !== undefined && onShowFile ? (
              <button type="button" className="fg-button" onClick={() => onShowFile(path, number)}>
                {words.showFile}
              </button>
            ) : null}
          </div>
          {value === undefined ? (
            <LongText text={text} label={words.line(format.count(number))} matcher={matcher} />
          ) : (
            <JsonView value={value} label={words.value} openLevels={2} toolbar={false} />
          )}
        </div>
      ) : null}
    </div>
  );
});

interface LineProps {
  readonly text: string;
  readonly matcher: RegExp | undefined;
  readonly isJson: boolean;
}

/** A line, or the part of it in which the first match stands, in colours. */
function Line({ text, matcher, isJson }: LineProps): ReactElement {
  const found = matcher ? text.search(matcher) : -1;
  const from = found > SHOWN - BEFORE ? found - BEFORE : 0;
  const part = plainText(text.slice(from, from + SHOWN));
  const tokens = isJson ? tokenizeJson(part) : [{ kind: 'text' as const, text: part }];
  return (
    <>
      {from > 0 ? '…' : ''}
      {tokens.map((token, index) => {
        const words = <Marked key={index} text={token.text} matcher={matcher} />;
        // Only what has a colour of its own has an element of its own: there are many of them on a screen.
        return COLOURED.has(token.kind) ? (
          <span key={index} data-kind={token.kind}>
            {words}
          </span>
        ) : (
          words
        );
      })}
    </>
  );
}
