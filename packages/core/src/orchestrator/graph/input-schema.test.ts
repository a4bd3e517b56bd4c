import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { StateSchema } from './graph-definition.js';
import { StateGraph } from './graph.js';
import { END, START } from './graph-definition.js';
import { inputSchemaOf } from './input-schema.js';

const of = (schema: z.ZodType): ReturnType<typeof inputSchemaOf> =>
  inputSchemaOf(schema as unknown as StateSchema<unknown, object>);

describe('what a graph may be started with', () => {
  it('is told with the declared graph, fields with a default as optional', () => {
    const state = z.object({ goal: z.string().describe('What to reach'), rounds: z.int().min(1).default(3) });
    const graph = new StateGraph({ name: 'plan', state }).addNode('work', () => ({}));
    graph.addEdge(START, 'work').addEdge('work', END);
    expect(graph.describe().inputSchema).toMatchObject({
      type: 'object',
      properties: {
        goal: { type: 'string', description: 'What to reach' },
        rounds: { type: 'integer', minimum: 1, default: 3 },
      },
      required: ['goal'],
    });
  });

  it('is not told of a schema that is no zod schema, nor without one', () => {
    expect(inputSchemaOf(undefined)).toBeUndefined();
    const other = { '~standard': { validate: (value: unknown) => ({ value: value as object }) } };
    expect(inputSchemaOf(other)).toBeUndefined();
  });

  it('says nothing of what JSON Schema cannot say', () => {
    expect(of(z.object({ at: z.date(), check: z.custom<string>() }))).toMatchObject({
      properties: { at: {}, check: {} },
    });
  });

  it('is left out when it is large, deep, or cannot be made', () => {
    const many = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, index) => [`field${index}`, z.string()]),
    );
    expect(of(z.object(many))).toBeUndefined();
    let deep: z.ZodType = z.string();
    for (let level = 0; level < 40; level += 1) deep = z.object({ inner: deep });
    expect(of(deep)).toBeUndefined();
    const broken = z.lazy((): z.ZodType => {
      throw new Error('not yet');
    });
    expect(of(z.object({ broken }))).toBeUndefined();
  });

  it('keeps a schema that refers to itself', () => {
    interface Tree {
      readonly below: readonly Tree[];
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ below: z.array(tree) }));
    expect(JSON.stringify(of(z.object({ tree })))).toContain('$ref');
  });
});
