import type { Monitor } from '@fleetglass/core/client';
import type { View } from '@fleetglass/react';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { hashFromView } from '@fleetglass/react';

export interface CopyLinkButtonProps {
  readonly monitor: Monitor;
  readonly view: View;
}

const WORDS = { idle: 'Copy link', copied: 'Link copied', refused: 'Copying refused' } as const;

/** Copies a link to the moment that is shown, also to the present one of a live run. */
export function CopyLinkButton({ monitor, view }: CopyLinkButtonProps): ReactElement {
  const [state, setState] = useState<keyof typeof WORDS>('idle');
  const copy = (): void => {
    const { seq, state: shown } = monitor.getSnapshot();
    const runId = view.runId ?? shown.runs.ids().at(-1);
    const hash = hashFromView({ ...view, seq, ...(runId === undefined ? {} : { runId }) });
    navigator.clipboard.writeText(`${location.origin}${location.pathname}${hash}`).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  return (
    <button
      type="button"
      className="fg-button"
      title="Link to this moment of this run"
      onClick={copy}
      onBlur={() => setState('idle')}
    >
      <span aria-live="polite">{WORDS[state]}</span>
    </button>
  );
}
