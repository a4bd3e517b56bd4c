'use client';

import { useId } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../../../context/monitor-context.js';
import { plainText } from '../../../lib/plain-text.js';
import { startRunLabels } from '../start-labels.js';
import type { Draft, FieldProblems } from './draft.js';
import { draftOf, isGroupDraft, NULL_OPTION, pathOf } from './draft.js';
import type { ChoiceModel, FieldModel, GroupModel, ListModel } from './field-model.js';

export interface InputFieldProps<M extends FieldModel = FieldModel> {
  readonly model: M;
  readonly draft: Draft;
  /** Names and places joined by dots; empty for the whole input. */
  readonly path: string;
  /** Instead of the model's own. */
  readonly label?: string;
  readonly problems: FieldProblems;
  readonly onChange: (draft: Draft) => void;
}

/** One field of a form, or a group of them. Renders again only with its props. */
export function InputField(props: InputFieldProps): ReactElement {
  const { model } = props;
  if (model.kind === 'group') return <GroupField {...props} model={model} />;
  if (model.kind === 'list') return <ListField {...props} model={model} />;
  return <SimpleField {...props} />;
}

function GroupField(props: InputFieldProps<GroupModel>): ReactElement {
  const { model, draft, path, problems, onChange, label = model.label } = props;
  const values = isGroupDraft(draft) ? draft : {};
  const fields = model.fields.map(({ name, model: inner }) => (
    <InputField
      key={name}
      model={inner}
      draft={values[name]}
      path={pathOf(path, name)}
      problems={problems}
      onChange={(next) => onChange({ ...values, [name]: next })}
    />
  ));
  if (path === '') return <div className="fg-form-fields fg-stack">{fields}</div>;
  return (
    <fieldset className="fg-form-group">
      <legend>
        {plainText(label)} <Optional model={model} />
      </legend>
      <Description text={model.description} />
      <div className="fg-form-fields fg-stack">{fields}</div>
    </fieldset>
  );
}

function ListField(props: InputFieldProps<ListModel>): ReactElement {
  const { model, draft, path, problems, onChange, label: given = model.label } = props;
  const { labels, format } = useTexts();
  const words = labels(startRunLabels);
  const label = plainText(given);
  const items = Array.isArray(draft) ? (draft as readonly Draft[]) : [];
  return (
    <fieldset className="fg-form-group">
      <legend>
        {label} <Optional model={model} />
      </legend>
      <Description text={model.description} />
      <Problem path={path} problems={problems} />
      {items.map((item, index) => {
        const place = format.count(index + 1);
        return (
          // Items have nothing but their place.
          <div key={index} className="fg-form-item">
            <InputField
              model={model.item}
              draft={item}
              path={pathOf(path, index)}
              label={words.itemOf(label, place)}
              problems={problems}
              onChange={(next) => onChange(items.map((other, at) => (at === index ? next : other)))}
            />
            <button
              type="button"
              className="fg-icon-button"
              aria-label={words.remove(label, place)}
              title={words.remove(label, place)}
              onClick={() => onChange(items.filter((_, at) => at !== index))}
            >
              <svg viewBox="0 0 12 12" aria-hidden="true">
                <path d="m2 2 8 8M10 2l-8 8" />
              </svg>
            </button>
          </div>
        );
      })}
      <button
        type="button"
        className="fg-button"
        disabled={items.length >= (model.maxItems ?? Infinity)}
        onClick={() => onChange([...items, draftOf(model.item)])}
      >
        {words.add(label)}
      </button>
    </fieldset>
  );
}

function SimpleField(props: InputFieldProps): ReactElement {
  const { model, path, problems, label = model.label } = props;
  const words = useTexts().labels(startRunLabels);
  const id = useId();
  const hint = useHint(model);
  const problem = problems.get(path);
  const described = [
    hint ? `${id}-hint` : '',
    model.description ? `${id}-text` : '',
    problem ? `${id}-problem` : '',
  ];
  return (
    <div className="fg-form-field" data-kind={model.kind}>
      <label htmlFor={id} className="fg-form-label">
        {plainText(label) || words.input} <Optional model={model} />{' '}
        {model.kind === 'json' ? <span className="fg-soft">{words.json}</span> : null}
      </label>
      <Description id={`${id}-text`} text={model.description} />
      <Control
        {...props}
        id={id}
        invalid={problem !== undefined}
        describedBy={described.filter(Boolean).join(' ')}
      />
      {hint ? (
        <span id={`${id}-hint`} className="fg-second">
          {hint}
        </span>
      ) : null}
      <Problem id={`${id}-problem`} path={path} problems={problems} />
    </div>
  );
}

interface ControlProps extends InputFieldProps {
  readonly id: string;
  readonly invalid: boolean;
  readonly describedBy: string;
}

function Control({ model, draft, id, invalid, describedBy, onChange }: ControlProps): ReactElement {
  const words = useTexts().labels(startRunLabels);
  const text = typeof draft === 'string' ? draft : '';
  const common = {
    id,
    className: 'fg-input',
    'aria-invalid': invalid || undefined,
    'aria-describedby': describedBy === '' ? undefined : describedBy,
    'aria-required': model.required || undefined,
  };
  if (model.kind === 'boolean') {
    if (model.required && !model.nullable) {
      return (
        <input
          {...common}
          className="fg-form-check"
          type="checkbox"
          checked={draft === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    }
    return (
      <select
        {...common}
        value={typeof draft === 'boolean' ? String(draft) : ''}
        onChange={({ target: { value } }) => onChange(value === '' ? undefined : value === 'true')}
      >
        <option value="">{words.notSet}</option>
        <option value="true">{words.yes}</option>
        <option value="false">{words.no}</option>
      </select>
    );
  }
  if (model.kind === 'choice') {
    return (
      <select {...common} value={text} onChange={(event) => onChange(event.target.value)}>
        <Options model={model} isSet={text !== ''} />
      </select>
    );
  }
  if (model.kind === 'number' || (model.kind === 'text' && isShort(model))) {
    return (
      <input
        {...common}
        type={model.kind === 'text' && model.format === 'date' ? 'date' : 'text'}
        inputMode={model.kind === 'text' ? undefined : model.integer ? 'numeric' : 'decimal'}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <textarea
      {...common}
      rows={model.kind === 'json' ? 4 : 1}
      spellCheck={model.kind !== 'json'}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Texts of a form or of few characters take one line. */
const isShort = ({ maxLength = Infinity, pattern, format }: Extract<FieldModel, { kind: 'text' }>): boolean =>
  maxLength <= 100 || pattern !== undefined || format !== undefined;

function Options({ model, isSet }: { readonly model: ChoiceModel; readonly isSet: boolean }): ReactElement {
  const words = useTexts().labels(startRunLabels);
  return (
    <>
      {model.required && isSet ? null : <option value="">{words.notSet}</option>}
      {model.options.map((option, place) => (
        <option key={place} value={String(place)}>
          {option === null
            ? words.nullValue
            : plainText(typeof option === 'string' ? option : JSON.stringify(option))}
        </option>
      ))}
      {model.nullable ? <option value={NULL_OPTION}>{words.nullValue}</option> : null}
    </>
  );
}

function useHint(model: FieldModel): string | undefined {
  const { labels, format } = useTexts();
  const words = labels(startRunLabels);
  if (model.kind !== 'number') return undefined;
  const { min, max } = model;
  const write = (bound: number): string =>
    Number.isInteger(bound) ? format.count(bound) : String(Number(bound.toPrecision(12)));
  if (min !== undefined && max !== undefined) return words.between(write(min), write(max));
  if (min !== undefined) return words.atLeast(write(min));
  return max === undefined ? undefined : words.atMost(write(max));
}

function Optional({ model }: { readonly model: FieldModel }): ReactNode {
  const words = useTexts().labels(startRunLabels);
  return model.required ? null : <span className="fg-soft">{words.optional}</span>;
}

function Description({ id, text }: { readonly id?: string; readonly text: string | undefined }): ReactNode {
  return text === undefined ? null : (
    <span id={id} className="fg-second">
      {plainText(text)}
    </span>
  );
}

interface ProblemProps extends Pick<InputFieldProps, 'path' | 'problems'> {
  readonly id?: string;
}

function Problem({ id, path, problems }: ProblemProps): ReactNode {
  const { labels, format } = useTexts();
  const problem = problems.get(path);
  if (!problem) return null;
  const say = labels(startRunLabels).problem[problem.kind];
  const bound =
    'bound' in problem ? format.count(problem.bound) : 'message' in problem ? problem.message : '';
  return (
    <span id={id} className="fg-quiet fg-bad">
      {say(bound)}
    </span>
  );
}
