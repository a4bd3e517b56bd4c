import type { Json, JsonObject } from '@fleetglass/core/protocol';
import type { FieldModel, GroupModel, ListModel, NumberModel, TextModel } from './field-model.js';

/** What a person filled in so far: numbers and JSON as they were typed, a choice as the place of its option. */
export type Draft = string | boolean | undefined | readonly Draft[] | { readonly [name: string]: Draft };

/** What is wrong with a field. */
export type FieldProblem =
  | { readonly kind: 'required' | 'number' | 'integer' | 'pattern' | 'object' }
  | { readonly kind: 'json'; readonly message: string }
  | {
      readonly kind: 'min' | 'max' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems';
      readonly bound: number;
    };

/** Problems by the path of their field: names and places joined by dots. */
export type FieldProblems = ReadonlyMap<string, FieldProblem>;

/** Place of `null` among the options of a choice, and of a yes or no. */
export const NULL_OPTION = 'null';

export const isGroupDraft = (draft: Draft): draft is { readonly [name: string]: Draft } =>
  typeof draft === 'object' && !Array.isArray(draft);

/** What a form shows at first: what it is given, or the defaults. */
export function draftOf(model: FieldModel, given: Json | undefined = model.initial): Draft {
  if (given === undefined) {
    if (model.kind === 'group') return groupDraft(model, {});
    if (model.kind === 'list') return Array.from({ length: model.minItems ?? 0 }, () => draftOf(model.item));
    return model.kind === 'boolean' ? (model.required ? false : undefined) : '';
  }
  switch (model.kind) {
    case 'text':
      return typeof given === 'string' ? given : '';
    case 'number':
      return typeof given === 'number' ? String(given) : '';
    case 'boolean':
      return typeof given === 'boolean' ? given : undefined;
    case 'choice': {
      if (given === null && model.nullable) return NULL_OPTION;
      const place = model.options.findIndex((option) => option === given);
      return place < 0 ? '' : String(place);
    }
    case 'list':
      return Array.isArray(given) ? given.map((item: Json) => draftOf(model.item, item)) : [];
    case 'group':
      return groupDraft(model, isObject(given) ? given : {});
    case 'json':
      return JSON.stringify(given, null, 2);
  }
}

function groupDraft({ fields }: GroupModel, given: JsonObject): Draft {
  return Object.fromEntries(
    fields.map(({ name, model }) => [
      name,
      draftOf(model, Object.hasOwn(given, name) ? given[name] : model.initial),
    ]),
  );
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The input that a draft says, and what is wrong with it. What is left out is absent. */
export function readDraft(
  model: FieldModel,
  draft: Draft,
): { readonly value: Json | undefined; readonly problems: FieldProblems } {
  const problems = new Map<string, FieldProblem>();
  return { value: read(model, draft, '', problems), problems };
}

/** Path of what is inside of a field. */
export const pathOf = (path: string, name: string | number): string =>
  path === '' ? String(name) : `${path}.${name}`;

type Problems = Map<string, FieldProblem>;

function read(model: FieldModel, draft: Draft, path: string, problems: Problems): Json | undefined {
  switch (model.kind) {
    case 'group':
      return readGroup(model, isGroupDraft(draft) ? draft : {}, path, problems);
    case 'list':
      return readList(model, Array.isArray(draft) ? (draft as readonly Draft[]) : [], path, problems);
    case 'boolean':
      if (typeof draft === 'boolean') return draft;
      return missing(model, path, problems);
    default: {
      const text = typeof draft === 'string' ? draft : '';
      if (model.kind === 'choice' && text === NULL_OPTION) return null;
      if (model.kind === 'choice')
        return text === '' ? missing(model, path, problems) : model.options[Number(text)];
      if (text.trim() === '' && !(model.kind === 'text' && model.initial === ''))
        return missing(model, path, problems);
      if (model.kind === 'text') return readText(model, text, path, problems);
      if (model.kind === 'number') return readNumber(model, text, path, problems);
      return readJson(text, path, problems);
    }
  }
}

function missing(model: FieldModel, path: string, problems: Problems): Json | undefined {
  if (!model.required) return undefined;
  if (model.nullable) return null;
  problems.set(path, { kind: 'required' });
  return undefined;
}

function readGroup(
  model: GroupModel,
  draft: { readonly [name: string]: Draft },
  path: string,
  problems: Problems,
): Json | undefined {
  const inside: Problems = new Map();
  const entries = model.fields.flatMap(({ name, model: inner }) => {
    const value = read(inner, draft[name], pathOf(path, name), inside);
    return value === undefined ? [] : [[name, value] as const];
  });
  // Nobody filled anything in, so the group is left out, whatever it would need.
  if (entries.length === 0 && !model.required && path !== '') return undefined;
  for (const [at, problem] of inside) problems.set(at, problem);
  return Object.fromEntries(entries);
}

function readList(
  model: ListModel,
  draft: readonly Draft[],
  path: string,
  problems: Problems,
): Json | undefined {
  if (draft.length === 0 && !model.required && model.initial === undefined) return undefined;
  const { minItems = 0, maxItems = Infinity } = model;
  if (draft.length < minItems) problems.set(path, { kind: 'minItems', bound: minItems });
  if (draft.length > maxItems) problems.set(path, { kind: 'maxItems', bound: maxItems });
  return draft.flatMap((item, index) => {
    const value = read(model.item, item, pathOf(path, index), problems);
    return value === undefined ? [] : [value];
  });
}

function readText(model: TextModel, text: string, path: string, problems: Problems): Json {
  const { minLength = 0, maxLength = Infinity, pattern } = model;
  if (text.length < minLength) problems.set(path, { kind: 'minLength', bound: minLength });
  else if (text.length > maxLength) problems.set(path, { kind: 'maxLength', bound: maxLength });
  // A pattern comes from the outside and may be made to hang; the host checks long texts itself.
  else if (pattern !== undefined && text.length <= 200 && !matches(pattern, text))
    problems.set(path, { kind: 'pattern' });
  return text;
}

function matches(pattern: string, text: string): boolean {
  const repeats = pattern.match(REPEAT)?.length ?? 0;
  if (pattern.length > 200 || repeats > MOST_REPEATS || REPEATED_GROUP.test(pattern)) return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/** A group that is repeated takes time without end for some texts, if it holds a repeat or a choice. */
const REPEATED_GROUP = /\)[+*{]/;
const REPEAT = /[+*{]/g;
/** Each repeat multiplies the time by the length of the text. */
const MOST_REPEATS = 3;

function readNumber(model: NumberModel, text: string, path: string, problems: Problems): Json | undefined {
  const value = Number(text.trim());
  const { min = -Infinity, max = Infinity } = model;
  if (!Number.isFinite(value)) problems.set(path, { kind: 'number' });
  else if (model.integer && !Number.isInteger(value)) problems.set(path, { kind: 'integer' });
  else if (value < min) problems.set(path, { kind: 'min', bound: min });
  else if (value > max) problems.set(path, { kind: 'max', bound: max });
  return Number.isFinite(value) ? value : undefined;
}

function readJson(text: string, path: string, problems: Problems): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    if (path === '' && !isObject(value)) problems.set(path, { kind: 'object' });
    return value;
  } catch (error) {
    problems.set(path, { kind: 'json', message: error instanceof Error ? error.message : '' });
    return undefined;
  }
}
