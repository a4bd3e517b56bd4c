'use client';

import { memo } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { LongText } from '../text/LongText.js';
import { Marked } from '../text/Marked.js';
import { jsonLabels } from './json-labels.js';
import { canOpen, DEEPEST, textOf } from './json-nodes.js';
import type { JsonNode } from './json-nodes.js';

export interface JsonRowProps {
  readonly node: JsonNode;
  readonly open: boolean;
  readonly matcher: RegExp | undefined;
}

const STRING_BOUND = { characters: 400, lines: 6 };
/** Names are cut at this length. */
const LONGEST_NAME = 120;
/** Levels that are indented; deeper ones stand below each other. */
const INDENTED = 24;

/** One value of the tree. Renders again only with its props. */
export const JsonRow = memo(function JsonRow({ node, open, matcher }: JsonRowProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(jsonLabels);
  const { name, range, depth } = node;
  const label = range
    ? words.range(format.count(range[0]), format.count(range[1] - 1))
    : plainText(name?.slice(0, LONGEST_NAME) ?? '');
  return (
    <div className="fg-json-row" style={{ '--fg-depth': Math.min(depth, INDENTED) } as CSSProperties}>
      <span
        className="fg-chevron"
        data-open={open || undefined}
        data-none={!canOpen(node) || undefined}
        aria-hidden="true"
      />
      {label === '' ? null : (
        <span className={range ? 'fg-json-range' : 'fg-json-name'}>
          <Marked text={label} matcher={range ? undefined : matcher} />
        </span>
      )}
      {range ? null : <JsonValue node={node} matcher={matcher} />}
    </div>
  );
});

function JsonValue({ node, matcher }: Pick<JsonRowProps, 'node' | 'matcher'>): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(jsonLabels);
  const { kind, value, size } = node;
  switch (kind) {
    case 'string':
      return (
        <span className="fg-json-value" data-kind={kind}>
          <LongText text={value as string} label={words.wholeText} matcher={matcher} bound={STRING_BOUND} />
        </span>
      );
    case 'object':
    case 'list': {
      const say = kind === 'list' ? words.items : words.members;
      return (
        <span className="fg-json-size">
          {kind === 'list' ? '[ ] ' : '{ } '}
          {say(format.count(size), size === 1)}
        </span>
      );
    }
    case 'circle':
      return <span className="fg-json-size">{words.circle}</span>;
    case 'deep':
      return <span className="fg-json-size">{words.deep(format.count(DEEPEST))}</span>;
    default:
      return (
        <span className="fg-json-value" data-kind={kind}>
          <Marked text={plainText(textOf(value))} matcher={matcher} />
        </span>
      );
  }
}
