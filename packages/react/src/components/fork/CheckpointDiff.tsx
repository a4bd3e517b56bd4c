'use client';

import { diffCheckpoints } from '@fleetglass/core/client';
import type { CheckpointView, FieldDifference } from '@fleetglass/core/client';
import type { Json, Payload } from '@fleetglass/core/protocol';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { plainText } from '../../lib/plain-text.js';
import { SelectField } from '../parts/SelectField.js';
import { forkLabels } from './fork-labels.js';

export interface CheckpointDiffProps {
  readonly checkpoints: readonly CheckpointView[];
  /** Index of the one that is looked at. */
  readonly index: number;
  readonly input: Payload | undefined;
}

type Against = 'previous' | 'end';

/** Longest value that is shown, in characters. */
const MOST_SHOWN = 600;

/** What differs in the state between a checkpoint and the one before it, or the end. Renders again with its props. */
export function CheckpointDiff({ checkpoints, index, input }: CheckpointDiffProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(forkLabels);
  const [against, setAgainst] = useState<Against>('previous');
  const difference = useMemo(
    () =>
      against === 'previous'
        ? diffCheckpoints(checkpoints, index - 1, index, input)
        : diffCheckpoints(checkpoints, index, checkpoints.length - 1, input),
    [checkpoints, index, input, against],
  );
  const { fields, opaque } = difference;
  return (
    <section className="fg-history-chosen fg-stack" aria-label={words.fieldsHeading}>
      <div className="fg-state-head">
        <h4 className="fg-card-title">{words.fieldsHeading}</h4>
        <SelectField<Against>
          label={words.compareWith}
          showLabel
          value={against}
          options={[
            { value: 'previous', label: words.comparePrevious },
            { value: 'end', label: words.compareEnd },
          ]}
          onChange={setAgainst}
        />
      </div>
      {fields.length === 0 && opaque.length === 0 ? (
        <p className="fg-fork-text fg-soft">{words.noDifference}</p>
      ) : null}
      {fields.map((field) => (
        <Field key={field.field} difference={field} />
      ))}
      {opaque.map(({ task, payload }) => (
        <p key={task.id} className="fg-fork-text fg-soft">
          {payload.kind === 'blob'
            ? words.opaque(plainText(task.name), format.bytes(payload.bytes))
            : words.opaqueValue(plainText(task.name))}
        </p>
      ))}
      {fields.length > 0 ? <p className="fg-fork-text fg-soft">{words.reducerNote}</p> : null}
    </section>
  );
}

function Field({ difference }: { readonly difference: FieldDifference }): ReactElement {
  const words = useTexts().labels(forkLabels);
  const { field, change, before, after, task } = difference;
  return (
    <div className="fg-state-field" data-change={change}>
      <p className="fg-state-name">
        <span className="fg-quiet">{words.change[change]}</span>
        <code className="fg-code">{plainText(field)}</code>
        {task ? <span className="fg-card-note">{words.writtenBy(plainText(task.name))}</span> : null}
      </p>
      {before === undefined ? null : <Value sign="−" name={words.before} value={before} />}
      {after === undefined ? null : <Value sign="+" name={words.after} value={after} />}
    </div>
  );
}

interface ValueProps {
  readonly sign: string;
  readonly name: string;
  readonly value: Json;
}

function Value({ sign, name, value }: ValueProps): ReactElement {
  const { labels, format } = useTexts();
  const text = useMemo(() => plainText(JSON.stringify(value, null, 1)), [value]);
  const cut = text.length > MOST_SHOWN;
  return (
    <p className="fg-state-value" data-sign={sign}>
      <span aria-hidden="true">{sign}</span>
      <span className="fg-hidden">{name}</span>
      <code className="fg-code" dir="ltr">
        {cut ? text.slice(0, MOST_SHOWN) : text}
        {cut ? <em>{labels(forkLabels).longer(format.count(text.length))}</em> : null}
      </code>
    </p>
  );
}
