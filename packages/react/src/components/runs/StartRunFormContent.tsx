'use client';

import type { Startable } from '@fleetglass/core/client';
import type { Json } from '@fleetglass/core/protocol';
import { forwardRef, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useCommand } from '../../hooks/useCommand.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { useStartables } from '../../hooks/useRuns.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { startedRunId } from '../../lib/started-run.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { SelectField } from '../parts/SelectField.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import type { Draft, FieldProblems } from './form/draft.js';
import { draftOf, readDraft } from './form/draft.js';
import { fieldModelOf } from './form/field-model.js';
import { InputField } from './form/InputField.js';
import { startRunLabels } from './start-labels.js';

const NO_PROBLEMS: FieldProblems = new Map();

export interface StartRunFormProps extends Omit<ComponentPropsWithoutRef<'form'>, 'children' | 'onSubmit'> {
  /** What the host registered; a constant or memoised. @default the graphs that ran here */
  readonly startable?: readonly Startable[] | undefined;
  /** What is chosen at first. @default the first of them */
  readonly name?: string | undefined;
  /** What its fields hold at first, for example the input of another run. @default the schema's defaults */
  readonly input?: Json | undefined;
  /** The new run began. */
  readonly onStarted?: ((runId: string) => void) | undefined;
}

/** What {@link StartRunForm} loads when it is shown. */
export const StartRunFormContent = forwardRef<HTMLFormElement, StartRunFormProps>(
  function StartRunFormContent({ startable, name: firstName, input, ...props }, ref) {
    const startables = useStartables(startable);
    const words = useTexts().labels(startRunLabels);
    const [chosen, setChosen] = useState(firstName);
    const known = startables.find(({ name }) => name === chosen) ?? startables[0];
    if (!known) return <EmptyNote heading={words.nothing} hint={words.nothingHint} />;
    return (
      <ChosenForm
        // What was filled in for another one does not fit.
        key={known.name}
        ref={ref}
        chosen={known}
        names={startables.map(({ name }) => name)}
        onChoose={setChosen}
        input={known.name === firstName || firstName === undefined ? input : undefined}
        {...props}
      />
    );
  },
);

interface ChosenFormProps extends Omit<StartRunFormProps, 'name' | 'startable'> {
  readonly chosen: Startable;
  readonly names: readonly string[];
  readonly onChoose: (name: string) => void;
}

const ChosenForm = forwardRef<HTMLFormElement, ChosenFormProps>(function ChosenForm(
  { chosen: latest, names, onChoose, input, onStarted, className, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(startRunLabels);
  // The fields do not change under the fingers when a run with another schema starts meanwhile.
  const [chosen] = useState(latest);
  const model = useMemo(() => fieldModelOf(chosen.inputSchema), [chosen]);
  const [draft, setDraft] = useState<Draft>(() => draftOf(model, input));
  const [problems, setProblems] = useState(NO_PROBLEMS);
  const [attempts, setAttempts] = useState(0);
  const { feedback, send } = useCommand();
  const replaying = useIsReplaying();
  const form = useRef<HTMLFormElement>(null);
  useImperativeHandle(ref, () => form.current as HTMLFormElement);
  useEffect(() => {
    if (attempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts]);

  const busy = feedback.phase === 'pending';
  const start = async (): Promise<void> => {
    const read = readDraft(model, draft);
    setProblems(read.problems);
    setAttempts((count) => count + 1);
    if (read.problems.size > 0 || busy || replaying) return;
    const result = await send({ type: 'start', name: chosen.name, input: read.value ?? {} });
    const started = result.ok ? startedRunId(result.result) : undefined;
    if (started !== undefined) onStarted?.(started);
  };
  return (
    <form
      ref={form}
      noValidate
      className={cx('fg-form fg-stack', className)}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
      {...rest}
    >
      {names.length > 1 ? (
        <SelectField
          label={words.what}
          showLabel
          value={chosen.name}
          options={names.map((name) => ({ value: name, label: plainText(name) }))}
          onChange={onChoose}
        />
      ) : (
        <strong>{plainText(chosen.name)}</strong>
      )}
      {chosen.inputSchema ? null : <p className="fg-second">{words.noSchema}</p>}
      <InputField model={model} draft={draft} path="" problems={problems} onChange={setDraft} />
      <Ending
        busy={busy}
        replaying={replaying}
        wrong={problems.size === 0 ? '' : format.count(problems.size)}
      />
      <CommandFeedbackLine feedback={feedback} />
    </form>
  );
});

function Ending({
  busy,
  replaying,
  wrong,
}: {
  readonly busy: boolean;
  readonly replaying: boolean;
  readonly wrong: string;
}): ReactElement {
  const words = useTexts().labels(startRunLabels);
  return (
    <div className="fg-again">
      <button type="submit" className="fg-button" data-variant="primary" disabled={busy || replaying}>
        {busy ? words.starting : words.start}
      </button>
      <span className="fg-quiet fg-bad" role="status">
        {replaying ? words.replaying : wrong === '' ? '' : words.wrong(wrong)}
      </span>
    </div>
  );
}
