import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '@fleetglass/core/protocol';
import type { Draft } from './draft.js';
import { draftOf, isGroupDraft, readDraft } from './draft.js';
import { fieldModelOf } from './field-model.js';

const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required: [...required],
});
const schema = object(
  {
    goal: { type: 'string', minLength: 3, description: 'What to reach' },
    rounds: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
    share: { type: 'number', exclusiveMaximum: 1 },
    dry: { type: 'boolean' },
    level: { enum: ['low', 'high'] },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    files: { type: 'array', items: { type: 'string' }, minItems: 1 },
    owner: object({ name: { type: 'string' }, age: { type: 'integer' } }, ['name']),
    more: { type: 'object', additionalProperties: {} },
    tree: { $ref: '#/$defs/tree' },
  },
  ['goal', 'dry', 'level', 'note', 'files'],
);
const model = fieldModelOf({
  ...schema,
  $defs: { tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' } } } },
});
const at = (draft: Draft, values: { readonly [name: string]: Draft }): Draft => ({
  ...(isGroupDraft(draft) ? draft : {}),
  ...values,
});
const blank = draftOf(model);
const problems = (values: { readonly [name: string]: Draft }): { readonly [path: string]: string } =>
  Object.fromEntries(
    [...readDraft(model, at(blank, values)).problems].map(([path, { kind }]) => [path, kind]),
  );

describe('a form from a schema', () => {
  it('begins with the defaults and asks for what is needed', () => {
    expect(problems({})).toEqual({ goal: 'required', level: 'required', 'files.0': 'required' });
    const filled = at(blank, { goal: 'win', level: '1', files: ['a'] });
    expect(readDraft(model, filled)).toEqual({
      value: { goal: 'win', rounds: 3, dry: false, level: 'high', note: null, files: ['a'] },
      problems: new Map(),
    });
  });

  it('says what is wrong where it is', () => {
    const right = { goal: 'win', level: '0', files: ['a'] };
    expect(problems({ ...right, goal: 'x' })).toEqual({ goal: 'minLength' });
    expect(problems({ ...right, rounds: '2.5' })).toEqual({ rounds: 'integer' });
    expect(problems({ ...right, rounds: '10' })).toEqual({ rounds: 'max' });
    expect(problems({ ...right, rounds: 'many' })).toEqual({ rounds: 'number' });
    expect(problems({ ...right, share: '1' })).toEqual({ share: 'max' });
    expect(problems({ ...right, files: [] })).toEqual({ files: 'minItems' });
    expect(problems({ ...right, owner: { name: '', age: '4' } })).toEqual({ 'owner.name': 'required' });
    expect(problems({ ...right, more: '{' })).toEqual({ more: 'json' });
  });

  it('leaves a group out that nobody filled in', () => {
    const { value } = readDraft(model, at(blank, { goal: 'win', level: '0', files: ['a'] }));
    expect(value).not.toHaveProperty('owner');
  });

  it('shows the input of another run as it was', () => {
    const input = {
      goal: 'again',
      rounds: 2,
      share: 0.5,
      dry: true,
      level: 'low',
      note: 'x',
      files: ['a', 'b'],
      owner: { name: 'Mara', age: 3 },
      more: { any: [1] },
      tree: { left: { left: {} } },
    };
    expect(readDraft(model, draftOf(model, input))).toEqual({ value: input, problems: new Map() });
  });

  it('is one field of JSON where nothing is known, and wants an object there', () => {
    const unknown = fieldModelOf(undefined);
    expect(unknown.kind).toBe('json');
    expect(readDraft(unknown, '[1]').problems.get('')?.kind).toBe('object');
    expect(readDraft(unknown, '{"a":1}').value).toEqual({ a: 1 });
  });

  it('[SEC-14] lets no pattern hang the page', () => {
    for (const pattern of ['^(\\w|\\d)*$', '^a*a*a*a*a*$', '^(a?){60}$']) {
      const model = fieldModelOf(object({ a: { type: 'string', pattern } }));
      expect(readDraft(model, { a: `${'a'.repeat(199)}!` }).problems.size).toBe(0);
    }

    const hostile = fieldModelOf(object({ a: { type: 'string', pattern: '^(a+)+$' } }));
    expect(readDraft(hostile, { a: `${'a'.repeat(60)}!` }).value).toEqual({ a: `${'a'.repeat(60)}!` });
    const broken = fieldModelOf(object({ a: { type: 'string', pattern: '(' } }));
    expect(readDraft(broken, { a: 'x' }).problems.size).toBe(0);
  });

  it('bears any schema and any input', () => {
    const keyword = fc.constantFrom(
      'type',
      'properties',
      'items',
      'enum',
      'anyOf',
      '$ref',
      'required',
      'default',
      'minimum',
      'const',
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('object', 'array', 'string', 'number', 'integer', 'boolean', '#', '#/properties/a', [
        'string',
        'null',
      ]),
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        value,
        fc.dictionary(fc.oneof(keyword, fc.constantFrom('a', '__proto__', 'constructor')), tie('any'), {
          maxKeys: 5,
        }),
      ),
    }));
    fc.assert(
      fc.property(any, fc.jsonValue(), (made, input) => {
        const hostile = fieldModelOf(made as JsonObject);
        readDraft(hostile, draftOf(hostile, input as Json));
        readDraft(hostile, draftOf(hostile));
      }),
    );
  });
});
