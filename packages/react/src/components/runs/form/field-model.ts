import type { Json, JsonObject } from '@fleetglass/core/protocol';

/** What every field of a form has. */
interface FieldBase {
  readonly label: string;
  readonly description?: string;
  /** It may not be left out. */
  readonly required: boolean;
  /** `null` is a value of it. */
  readonly nullable: boolean;
  readonly initial?: Json;
}

export interface TextModel extends FieldBase {
  readonly kind: 'text';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

export interface NumberModel extends FieldBase {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanModel extends FieldBase {
  readonly kind: 'boolean';
}

export interface ChoiceModel extends FieldBase {
  readonly kind: 'choice';
  readonly options: readonly Json[];
}

export interface ListModel extends FieldBase {
  readonly kind: 'list';
  readonly item: FieldModel;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface GroupModel extends FieldBase {
  readonly kind: 'group';
  readonly fields: readonly { readonly name: string; readonly model: FieldModel }[];
}

/** What no other kind can say is written as JSON. */
export interface JsonModel extends FieldBase {
  readonly kind: 'json';
}

/** A field of a form, as it follows from a JSON Schema. */
export type FieldModel =
  TextModel | NumberModel | BooleanModel | ChoiceModel | ListModel | GroupModel | JsonModel;

/** Levels of groups and lists; deeper ones are written as JSON, as are schemas that hold themselves. */
const MOST_LEVELS = 5;
const MOST_FIELDS = 200;
const MOST_OPTIONS = 500;

type Schema = { readonly [keyword: string]: unknown };

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a JSON Schema. A part that is not understood, or that is no schema at all, is a JSON field. */
export function fieldModelOf(schema: JsonObject | undefined): FieldModel {
  return read(
    schema ?? {},
    { root: schema ?? {}, levels: MOST_LEVELS, open: [] },
    { label: '', required: true },
  );
}

/** Where a schema stands. */
interface Place {
  readonly root: Schema;
  readonly levels: number;
  /** References that it is inside of. */
  readonly open: readonly string[];
}

function read(
  given: unknown,
  { root, levels, open }: Place,
  { label, required }: { readonly label: string; readonly required: boolean },
): FieldModel {
  const { schema, nullable, refs } = resolve(given, root);
  // One that holds itself is written as JSON.
  const left = refs.some((ref) => open.includes(ref)) ? 0 : levels;
  const below = { root, levels: levels - 1, open: [...open, ...refs] };
  const base: FieldBase = {
    label: textOf(schema['title']) ?? label,
    required: required && schema['default'] === undefined,
    nullable,
    ...pick('description', textOf(schema['description'])),
    ...pick('initial', schema['default'] as Json | undefined),
  };
  const options = optionsOf(schema);
  if (options) return { ...base, kind: 'choice', options };
  if (left > 0 && schema['type'] === 'object' && isSchema(schema['properties'])) {
    const all = Object.entries(schema['properties']);
    const needed = Array.isArray(schema['required']) ? schema['required'] : [];
    if (all.length > 0 && all.length <= MOST_FIELDS) {
      const fields = all.map(([name, inner]) => ({
        name,
        model: read(inner, below, { label: name, required: needed.includes(name) }),
      }));
      return { ...base, kind: 'group', fields };
    }
  }
  if (left > 0 && schema['type'] === 'array' && isSchema(schema['items'])) {
    const item = read(schema['items'], below, { label: base.label, required: true });
    return {
      ...base,
      kind: 'list',
      item,
      ...pick('minItems', numberOf(schema['minItems'])),
      ...pick('maxItems', numberOf(schema['maxItems'])),
    };
  }
  if (schema['type'] === 'boolean') return { ...base, kind: 'boolean' };
  if (schema['type'] === 'string') {
    return {
      ...base,
      kind: 'text',
      ...pick('minLength', numberOf(schema['minLength'])),
      ...pick('maxLength', numberOf(schema['maxLength'])),
      ...pick('pattern', textOf(schema['pattern'])),
      ...pick('format', textOf(schema['format'])),
    };
  }
  if (schema['type'] === 'number' || schema['type'] === 'integer') {
    return {
      ...base,
      kind: 'number',
      integer: schema['type'] === 'integer',
      ...pick('min', boundOf(schema['minimum'], schema['exclusiveMinimum'], 1, schema['type'])),
      ...pick('max', boundOf(schema['maximum'], schema['exclusiveMaximum'], -1, schema['type'])),
    };
  }
  return { ...base, kind: 'json' };
}

/** Follows references and takes `null` out of what is allowed. */
function resolve(
  given: unknown,
  root: Schema,
): { readonly schema: Schema; readonly nullable: boolean; readonly refs: readonly string[] } {
  const refs: string[] = [];
  let schema = isSchema(given) ? given : {};
  let nullable = false;
  for (let step = 0; step < 10; step += 1) {
    const { $ref: ref, anyOf, oneOf, type } = schema;
    const choices = anyOf ?? oneOf;
    if (typeof ref === 'string') {
      const { $ref: _ref, ...beside } = schema;
      refs.push(ref);
      schema = { ...lookUp(ref, root), ...beside };
    } else if (Array.isArray(choices) && choices.length <= 2) {
      const others = choices.filter((choice) => !isSchema(choice) || choice['type'] !== 'null');
      if (others.length !== 1 || !isSchema(others[0])) break;
      nullable ||= others.length < choices.length;
      const { anyOf: _any, oneOf: _one, ...beside } = schema;
      schema = { ...others[0], ...beside };
    } else if (Array.isArray(type)) {
      const others = type.filter((name) => name !== 'null');
      if (others.length !== 1) break;
      nullable ||= others.length < type.length;
      schema = { ...schema, type: others[0] as unknown };
    } else break;
  }
  return { schema, nullable, refs };
}

function lookUp(ref: string, root: Schema): Schema {
  if (!ref.startsWith('#')) return {};
  let found: unknown = root;
  for (const part of ref.slice(1).split('/').filter(Boolean)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isSchema(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return isSchema(found) ? found : {};
}

function optionsOf(schema: Schema): readonly Json[] | undefined {
  const listed = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > MOST_OPTIONS) return undefined;
  return listed.every((option) => option === null || typeof option !== 'object')
    ? (listed as Json[])
    : undefined;
}

/** A bound that means something to a person; those of the number format itself do not. */
function boundOf(inclusive: unknown, exclusive: unknown, sign: 1 | -1, type: unknown): number | undefined {
  const bound = numberOf(inclusive);
  if (bound !== undefined) return Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
  const beyond = numberOf(exclusive);
  if (beyond === undefined) return undefined;
  return type === 'integer' ? beyond + sign : beyond + sign * Number.EPSILON * Math.max(1, Math.abs(beyond));
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function pick<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}
