'use client';

import type { BudgetUnit } from '@fleetglass/core/protocol';
import { useId, useRef, useState } from 'react';
import type { ReactElement, SyntheticEvent } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { readAmount, writeAmount } from './budget-question.js';
import { budgetQuestionLabels } from './approvals-labels.js';

export interface RaiseFormProps {
  readonly unit: BudgetUnit;
  /** All in the budget's unit. */
  readonly limit: number;
  readonly suggested: number;
  /** Limit with which the next call fits. */
  readonly needed: number;
  /** Limit with which the rest about fits; absent where nobody knows. */
  readonly enough?: number | undefined;
  /** Writes an amount of the unit. */
  readonly write: (amount: number) => string;
  readonly answered: boolean;
  /** Nothing waits for it, so that nothing goes on either. @default true */
  readonly continues?: boolean;
  readonly onRaise: (limit: number) => void;
  /** Ends the run instead. */
  readonly onStop?: (() => void) | undefined;
  /** Leaves the limit as it is; Escape too. */
  readonly onCancel?: (() => void) | undefined;
}

/** A new limit, checked while it is typed. Renders again with its props and while somebody types. */
export function RaiseForm({
  unit,
  limit,
  needed,
  enough,
  suggested,
  write,
  answered,
  continues = true,
  onRaise,
  onStop,
  onCancel,
}: RaiseFormProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(budgetQuestionLabels);
  const fieldId = useId();
  const noteId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => writeAmount(unit, suggested));
  const chosen = readAmount(unit, text);
  const problem =
    chosen === undefined || chosen <= limit
      ? words.tooLow(write(limit))
      : Number.isSafeInteger(chosen)
        ? undefined
        : words.tooHigh;
  const note = problem ?? (chosen !== undefined && chosen < needed ? words.notEnough(write(needed)) : '');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (problem !== undefined || chosen === undefined) field.current?.focus();
    else onRaise(chosen);
  };
  return (
    <form
      className="fg-raise"
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && onCancel) onCancel();
      }}
    >
      <div className="fg-form-field">
        <label htmlFor={fieldId} className="fg-form-label">
          {words.newLimit} <span className="fg-soft">{words.unit[unit]}</span>
        </label>
        <input
          ref={field}
          id={fieldId}
          className="fg-input"
          type="number"
          inputMode="decimal"
          min={0}
          step={{ usd: 0.01, tokens: 1000, steps: 1, seconds: 1 }[unit]}
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby={noteId}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="fg-buttons">
        <button
          type="submit"
          className="fg-button"
          data-variant="primary"
          aria-disabled={answered || undefined}
        >
          {problem === undefined && chosen !== undefined
            ? (continues ? words.raise : words.raiseOnly)(write(chosen))
            : words.raiseToWhat}
        </button>
        {onStop ? (
          <button
            type="button"
            className="fg-button"
            data-variant="danger"
            aria-disabled={answered || undefined}
            onClick={onStop}
          >
            {words.stop}
          </button>
        ) : null}
        {onCancel ? (
          <button type="button" className="fg-button" onClick={onCancel}>
            {words.keep}
          </button>
        ) : null}
      </div>
      <p
        id={noteId}
        className="fg-raise-note fg-quiet"
        role="status"
        data-problem={problem === undefined ? undefined : ''}
      >
        {note === '' && onStop ? words.stopNote : note}
      </p>
      {enough !== undefined && enough > limit && enough !== chosen ? (
        <button
          type="button"
          className="fg-link fg-raise-enough"
          onClick={() => setText(writeAmount(unit, enough))}
        >
          {words.enough(write(enough))}
        </button>
      ) : null}
    </form>
  );
}
