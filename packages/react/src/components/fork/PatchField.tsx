'use client';

import type { JsonObject } from '@fleetglass/core/protocol';
import { useId } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import type { Patch } from './parse-patch.js';
import { forkLabels } from './fork-labels.js';

export interface PatchFieldProps {
  readonly text: string;
  readonly parsed: Patch;
  /** What the checkpoint's task wrote, where that is known. */
  readonly written: JsonObject | undefined;
  readonly onChange: (text: string) => void;
}

/** Longest value that is offered for editing, in characters. */
const MAX_INSERTED = 4000;
/** Names that a hint lists. */
const MAX_NAMES = 12;

/** Fields of the state to replace, as JSON, behind a disclosure. */
export function PatchField({ text, parsed, written, onChange }: PatchFieldProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(forkLabels);
  const fieldId = useId();
  const hintId = useId();
  const names = Object.keys(written ?? {}).map((name) => plainText(name));
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), '…'] : names;
  const insertable = written && names.length > 0 ? JSON.stringify(written, null, 2) : '';
  return (
    <details className="fg-patch">
      <summary>{words.patch}</summary>
      <div className="fg-form-field">
        <label htmlFor={fieldId}>{words.patchField}</label>
        <textarea
          id={fieldId}
          className="fg-input fg-code fg-patch-text"
          dir="ltr"
          rows={5}
          spellCheck={false}
          autoCapitalize="off"
          value={text}
          aria-invalid={!parsed.ok}
          aria-describedby={hintId}
          onChange={({ target }) => onChange(target.value)}
        />
        <p
          id={hintId}
          className="fg-raise-note fg-quiet"
          role="status"
          data-problem={parsed.ok ? undefined : ''}
        >
          {parsed.ok ? words.patchHint(shown) : words[parsed.problem]}
        </p>
        {insertable !== '' && insertable.length <= MAX_INSERTED ? (
          <button
            type="button"
            className="fg-button"
            disabled={text === insertable}
            onClick={() => onChange(insertable)}
          >
            {words.patchInsert}
          </button>
        ) : null}
      </div>
    </details>
  );
}
