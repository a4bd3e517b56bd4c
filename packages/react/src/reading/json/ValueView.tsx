'use client';

import type { Payload } from '@fleetglass/core/protocol';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { usePayload } from '../../hooks/usePayload.js';
import { plainText } from '../../lib/plain-text.js';
import { readingLabels } from '../reading-labels.js';
import { LongText } from '../text/LongText.js';
import { textOf } from './json-nodes.js';
import { JsonView } from './JsonView.js';

export interface ValueViewProps {
  readonly value: unknown;
  readonly label: string;
  readonly matcher?: RegExp | undefined;
  /** See `LongText`. */
  readonly whole?: boolean;
}

/** Most members that stand below each other with their names; more are a tree. */
const MOST_FIELDS = 12;

/** A value as a person reads it: a text as text, a few named values below each other, everything else as a tree. */
export function ValueView({ value, label, matcher, whole = false }: ValueViewProps): ReactElement {
  if (typeof value !== 'object' || value === null) {
    return <LongText text={textOf(value)} label={label} matcher={matcher} whole={whole} />;
  }
  const fields: readonly (readonly [string, unknown])[] = Array.isArray(value) ? [] : Object.entries(value);
  if (fields.length === 0 || fields.length > MOST_FIELDS) {
    return <JsonView value={value} label={label} toolbar={false} />;
  }
  return (
    <dl className="fg-fields">
      {fields.map(([name, member]) => (
        <div key={name}>
          <dt>{plainText(name.slice(0, 120))}</dt>
          <dd>
            {typeof member === 'object' && member !== null ? (
              <JsonView value={member} label={name} toolbar={false} />
            ) : (
              <LongText text={textOf(member)} label={name} matcher={matcher} whole={whole} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export interface PayloadViewProps extends Omit<ValueViewProps, 'value'> {
  readonly payload: Payload;
}

/** An input or output; a large one is fetched when it is drawn. Renders again when it has arrived. */
export function PayloadView({ payload, ...rest }: PayloadViewProps): ReactElement | null {
  const words = useTexts().labels(readingLabels);
  const loaded = usePayload(payload);
  switch (loaded?.state) {
    case 'value':
      return <ValueView value={loaded.value} {...rest} />;
    case 'text':
      return <LongText text={loaded.text} {...rest} />;
    case 'loading':
      return <p className="fg-reading-note">{words.loadingPayload}</p>;
    case 'missing':
      return <p className="fg-reading-note">{words.missingPayload}</p>;
    default:
      return null;
  }
}
