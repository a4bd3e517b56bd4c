import { FleetglassError } from '@fleetglass/core';
import { compareAnalyst, diffPrompts, finishedRuns } from '@fleetglass/core/planner';
import type { Planner, PlanOptions, Role as PlannedRole } from '@fleetglass/core/planner';
import * as z from 'zod';
import { component } from './component.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { complexity, costTotals, count, id, jsonObject } from './values.js';
import { workflow } from './workflow-schema.js';

const range = z.object({ low: z.number(), high: z.number() });
const costRange = z.object({ low: costTotals, high: costTotals });

const planBody = {
  task: z.string().min(1).max(100_000).describe('What is to be done, in words'),
  type: z.string().max(64).describe('Task type; recognised from the words without one').optional(),
  complexity: complexity.optional(),
  forceAnalyst: z.boolean().optional(),
  workingDirectory: z.string().max(4_096).optional(),
  workflow: workflow.describe('Steps to take in place of those of the type').optional(),
};

const typeChoice = z.object({
  name: z.string(),
  source: z.enum(['given', 'description', 'default']),
  found: z.array(z.string()),
});

const complexityEstimate = z.object({
  complexity,
  score: z.number(),
  reasons: z.array(jsonObject),
  thresholds: z.object({ moderate: z.number(), complex: z.number() }),
});

const analyst = z.object({
  included: z.boolean(),
  because: z.enum(['complexity', 'forced', 'type', 'workflow']),
});

const plannedAgent = z.object({
  name: z.string(),
  role: z.string(),
  models: z.array(z.string()),
  tools: z.array(z.string()),
  steps: z.array(z.string()),
});

const estimate = z
  .object({
    cost: costRange.describe('With unknown calls an end is a lower bound'),
    isLowerBound: z.boolean(),
    steps: z.array(
      z.object({
        step: z.string(),
        role: z.string(),
        model: z.string(),
        tokens: z.object({
          calls: range,
          inputTokens: range,
          outputTokens: range,
          source: z.enum(['history', 'given', 'prompt']),
          samples: count,
        }),
        cost: costRange,
        isLowerBound: z.boolean(),
      }),
    ),
  })
  .meta(component('CostEstimate'));

const plan = z
  .object({
    workflow,
    type: typeChoice,
    complexity: complexityEstimate,
    analyst,
    agents: z.array(plannedAgent),
    estimate,
  })
  .meta(component('Plan'));

const recommendation = z
  .object({
    workflow,
    type: typeChoice,
    complexity: complexityEstimate,
    analyst: analyst.extend({
      recommendation: z
        .enum(['include', 'skip', 'undecided'])
        .describe('What finished runs of this type and complexity say'),
      reason: z.enum(['return', 'mixed', 'tooFewRuns']),
      returnOnCost: z.number().optional(),
      finishedRuns: count.describe('Runs that it rests on'),
    }),
    estimate: costRange,
  })
  .meta(component('Recommendation'));

const prompt = z
  .object({
    name: z.string(),
    description: z.string(),
    system: z.string(),
    prompt: z.string().optional(),
    guidance: z.record(z.string(), z.string()).optional(),
  })
  .meta(component('RolePromptTemplate'));

const rendered = z.object({ system: z.string(), prompt: z.string() }).meta(component('RenderedPrompt'));

const promptInput = {
  task: z.string().min(1).max(100_000),
  type: z.string().max(64).optional(),
  complexity: complexity.optional(),
  workingDirectory: z.string().max(4_096).optional(),
  instructions: z.string().max(16_384).optional(),
};

const difference = z
  .object({ first: rendered, second: rendered, difference: jsonObject })
  .meta(component('PromptDifference'));

function plannerOf({ offers }: Call): Planner {
  if (offers.planner) return offers.planner;
  throw new FleetglassError(
    'NOT_FOUND',
    'This gateway designs no workflows and has no roles: give it `offers.planner`.',
  );
}

/** Fields that were given; the others are to be as by default. */
const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

async function planFor(call: Call<unknown, unknown, z.output<z.ZodObject<typeof planBody>>>) {
  const planner = plannerOf(call);
  const { task, ...asked } = call.body;
  const { state } = await call.reader.head(call.scope);
  const history = finishedRuns(state);
  const planned = planner.plan(task, { ...(given(asked) as PlanOptions), history });
  return { planned, history };
}

const viewRole = ({ name, description, system, prompt: user, guidance }: PlannedRole) => ({
  name,
  description,
  system,
  prompt: user,
  guidance: guidance as Record<string, string> | undefined,
});

export const planningEndpoints = [
  endpoint({
    method: 'post',
    path: '/api/v1/workflows/estimate',
    id: 'estimateWorkflow',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    summary: 'What a task would be done by, and what it would cost',
    description: 'Nothing runs and no model is asked. Finished runs narrow the estimate.',
    body: z.strictObject(planBody),
    answer: plan,
    handle: async (call) => {
      const { planned } = await planFor(call);
      const { workflow: steps, type, complexity: judged, analyst: choice, agents, estimate: cost } = planned;
      return {
        workflow: steps,
        type,
        complexity: { ...judged, reasons: judged.reasons.map((reason) => ({ ...reason })) },
        analyst: choice,
        agents,
        estimate: cost,
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/workflows/recommend',
    id: 'recommendWorkflow',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    summary: 'The workflow for a task, and whether an ANALYST would pay for itself',
    body: z.strictObject(planBody),
    answer: recommendation,
    handle: async (call) => {
      const { planned, history } = await planFor(call);
      const { workflow: steps, type, complexity: judged, analyst: choice, estimate: cost } = planned;
      const alike = history.filter((run) => run.type === type.name && run.complexity === steps.complexity);
      const { recommendation: advice, because, returnOnCost } = compareAnalyst(alike);
      return {
        workflow: steps,
        type,
        complexity: { ...judged, reasons: judged.reasons.map((reason) => ({ ...reason })) },
        analyst: {
          ...choice,
          recommendation: advice,
          reason: because,
          returnOnCost,
          finishedRuns: alike.length,
        },
        estimate: cost.cost,
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/task-types',
    id: 'listTaskTypes',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    from: 'content',
    summary: 'Kinds of tasks that are planned, with the roles that work on each',
    answer: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          description: z.string(),
          keywords: z.array(z.string()),
          stages: z.array(z.array(z.object({ role: z.string(), from: complexity.optional() }))),
        }),
      ),
    }),
    handle: (call) => ({ items: plannerOf(call).types.list() }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/prompts',
    id: 'listPrompts',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    from: 'content',
    summary: 'What each role is told',
    answer: z.object({ items: z.array(prompt) }),
    handle: (call) => ({ items: plannerOf(call).roles.list().map(viewRole) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/prompts/{role}',
    id: 'getPrompt',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    from: 'content',
    summary: 'What one role is told',
    params: { role: id },
    answer: prompt,
    handle: (call) => viewRole(plannerOf(call).roles.get(call.params.role)),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/prompts/{role}/preview',
    id: 'previewPrompt',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    summary: 'Exactly what a model would be sent for this role and task',
    params: { role: id },
    body: z.strictObject(promptInput),
    answer: rendered,
    handle: (call) =>
      plannerOf(call).roles.preview(call.params.role, { ...given(call.body), task: call.body.task }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/prompts/compare',
    id: 'comparePrompts',
    tag: 'Planning',
    role: 'viewer',
    wholeFleet: true,
    summary: 'Two prompts for the same task, and how they differ',
    body: z.strictObject({
      first: z.strictObject({ role: id, instructions: z.string().max(16_384).optional() }),
      second: z.strictObject({ role: id, instructions: z.string().max(16_384).optional() }),
      ...promptInput,
    }),
    answer: difference,
    handle: (call) => {
      const { roles } = plannerOf(call);
      const { first, second, ...input } = call.body;
      const render = ({
        role,
        instructions,
      }: {
        readonly role: string;
        readonly instructions?: string | undefined;
      }) =>
        roles.preview(role, {
          ...given(input),
          task: input.task,
          ...(instructions === undefined ? {} : { instructions }),
        });
      const [a, b] = [render(first), render(second)];
      return { first: a, second: b, difference: { ...diffPrompts(a, b) } };
    },
  }),
];
