'use client';

import type { Payload } from '@fleetglass/core/protocol';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { usePayload } from '../../hooks/usePayload.js';
import { detailsLabels } from './details-labels.js';
import { LongText } from './LongText.js';

export interface PayloadTextProps {
  readonly payload: Payload | undefined;
  readonly label: string;
}

/** An input or output as text; a large one is fetched when this appears. Renders again when it has arrived. */
export function PayloadText({ payload, label }: PayloadTextProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(detailsLabels);
  const loaded = usePayload(payload);
  if (!loaded) return <p className="fg-card-note">{words.noPayload}</p>;
  if (loaded.state === 'loading') {
    return (
      <p className="fg-card-note" role="status">
        {words.loading}
      </p>
    );
  }
  if (loaded.state === 'missing') return <p className="fg-card-note">{words.payloadMissing}</p>;
  const text =
    loaded.state === 'text'
      ? loaded.text
      : typeof loaded.value === 'string'
        ? loaded.value
        : JSON.stringify(loaded.value, null, 2);
  return <LongText text={text} label={label} />;
}
