import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../errors/fleetglass-error.js';
import type { Workflow, WorkflowStep } from './workflow.js';
import { orderSteps, parseWorkflow, stepsBefore } from './workflow.js';

const step = (id: string, ...after: string[]): WorkflowStep => ({ id, role: 'BUILDER', after });
const workflow = (...steps: WorkflowStep[]): Workflow => ({
  name: 'w',
  type: 'custom',
  complexity: 'simple',
  steps,
});

const refusal = (value: unknown): { code: string; message: string } => {
  try {
    parseWorkflow(value);
  } catch (error) {
    if (isFleetglassError(error)) return error;
    throw error;
  }
  return { code: 'not refused', message: '' };
};

describe('parseWorkflow', () => {
  it('takes one that it wrote itself', () => {
    const written = workflow(step('a'), { ...step('b', 'a'), tools: ['read'], timeoutMs: 5 });
    expect(parseWorkflow(JSON.parse(JSON.stringify(written)))).toEqual(written);
  });

  it('names steps that do not fit', () => {
    expect(refusal(workflow(step('a'), step('a')))).toMatchObject({
      code: 'GRAPH_INVALID',
      message: "Two steps of the workflow are called 'a'.",
    });
    expect(refusal(workflow(step('a', 'z'))).message).toContain("'a' waits for 'z'");
    expect(refusal(workflow(step('s'), step('a', 'b'), step('b', 'a', 's'))).message).toBe(
      'Steps wait for each other: a, b.',
    );
    expect(refusal(workflow(step('a', 'a'))).code).toBe('GRAPH_INVALID');
  });

  it.each([
    ['no steps', workflow()],
    ['an id that is a path', workflow(step('../../etc'))],
    ['an id that could be an option', workflow(step('--force'))],
    ['a prototype as id', workflow(step('__proto__'))],
    ['an unknown field', { ...workflow(step('a')), onDone: 'rm' }],
    ['an unknown field of a step', workflow({ ...step('a'), command: 'rm' } as WorkflowStep)],
    ['a field that is undefined', { ...workflow(step('a')), type: undefined }],
    ['no number of attempts', workflow({ ...step('a'), attempts: 0 })],
    ['too many steps', workflow(...Array.from({ length: 65 }, (_, index) => step(`s${index}`)))],
    ['a list', [workflow(step('a'))]],
    [
      'a polluting key',
      JSON.parse(
        '{"name":"w","type":"custom","complexity":"simple","steps":[{"id":"a","role":"A","after":[],"__proto__":{"x":1}}]}',
      ),
    ],
  ])('refuses %s', (_, value) => {
    expect(refusal(value).code).toBe('BAD_INPUT');
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
        expect(['BAD_INPUT', 'GRAPH_INVALID']).toContain(refusal(value).code);
      }),
    );
  });
});

/** Workflows without cycles, their steps in any order. */
const acyclic = fc
  .array(fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
  .chain((parents) => {
    const steps = parents.map((of, index) =>
      step(`s${index}`, ...new Set(of.filter((parent) => parent < index).map((parent) => `s${parent}`))),
    );
    return fc.shuffledSubarray(steps, { minLength: steps.length });
  })
  .map((steps) => workflow(...steps));

describe('orderSteps', () => {
  it('puts every step after those that it waits for, and loses none', () => {
    fc.assert(
      fc.property(acyclic, (given) => {
        const ordered = orderSteps(given).map(({ id }) => id);
        expect([...ordered].sort()).toEqual(given.steps.map(({ id }) => id).sort());
        for (const { id, after } of given.steps)
          for (const other of after) expect(ordered.indexOf(other)).toBeLessThan(ordered.indexOf(id));
      }),
    );
  });
});

describe('stepsBefore', () => {
  it('is what a step waits for, directly or not', () => {
    const given = workflow(step('a'), step('b', 'a'), step('c', 'a'), step('d', 'b', 'c'), step('e', 'b'));
    expect([...stepsBefore(given, 'd')].sort()).toEqual(['a', 'b', 'c']);
    expect([...stepsBefore(given, 'e')].sort()).toEqual(['a', 'b']);
    expect([...stepsBefore(given, 'a')]).toEqual([]);
  });
});
