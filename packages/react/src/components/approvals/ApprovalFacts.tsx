'use client';

import type { ApprovalState } from '@fleetglass/core/client';
import type { Json } from '@fleetglass/core/protocol';
import type { ReactElement } from 'react';
import type { Texts } from '../../context/monitor-context.js';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { factsLabels } from './facts-labels.js';

/** Facts that are shown at once; the rest is below "Details". */
const MAX_FACTS = 8;
/** Longest text of a fact, in characters. */
const MAX_TEXT = 200;

/** What a question tells about itself: single values as facts, everything else as JSON behind a disclosure. */
export function ApprovalFacts({
  details,
}: {
  readonly details: NonNullable<ApprovalState['details']>;
}): ReactElement {
  const texts = useTexts();
  const facts: { readonly key: string; readonly value: string; readonly isText: boolean }[] = [];
  const rest: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(details)) {
    const text = facts.length < MAX_FACTS ? writeFact(value, texts) : undefined;
    if (text === undefined) rest[key] = value;
    else facts.push({ key, value: text, isText: typeof value === 'string' && text.length > 32 });
  }
  const hasRest = Object.keys(rest).length > 0;
  return (
    <>
      {facts.length > 0 ? (
        <dl className="fg-facts">
          {facts.map(({ key, value, isText }) => (
            <div key={key} className="fg-fact" data-text={isText || undefined}>
              <dt>{nameOf(key, texts)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {hasRest ? (
        <details className="fg-approval-details">
          <summary>{texts.labels(factsLabels).details}</summary>
          <pre tabIndex={0}>{plainText(JSON.stringify(rest, null, 2))}</pre>
        </details>
      ) : null}
    </>
  );
}

function writeFact(value: Json | undefined, { labels, format }: Texts): string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? format.count(value) : String(value);
  if (typeof value === 'boolean') return value ? labels(factsLabels).yes : labels(factsLabels).no;
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT) return undefined;
  return plainText(value);
}

/** `costSoFar` and `cost_so_far` are both read as "Cost so far". */
function nameOf(key: string, { labels }: Texts): string {
  const { names } = labels(factsLabels);
  if (Object.hasOwn(names, key)) return names[key] ?? key;
  const words = plainText(key)
    .replace(/([a-z\d])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)
    .replace(/[_-]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
