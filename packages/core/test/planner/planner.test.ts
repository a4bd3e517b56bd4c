import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFleetglassError } from '../../src/errors/fleetglass-error.js';
import type { PriceTable } from '../../src/model/price.js';
import type { ModelCall, ModelProvider } from '../../src/orchestrator/calls/model-provider.js';
import { createPlanner } from '../../src/planner/planner.js';
import type { PlannerOptions } from '../../src/planner/planner.js';
import { finishedRuns, hadAnalyst } from '../../src/planner/finished-run.js';
import type { FinishedRun, FinishedStep } from '../../src/planner/finished-run.js';
import { emptyState, reduce } from '../../src/projection/reduce.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { createSimulatedClock } from '../../src/testing/simulated-clock.js';
import { createHarness, createProvider, dyingStore, flatPrices, until } from '../orchestrator/harness.js';

const roleOf = ({ messages }: ModelCall): string =>
  /You are the (\w+)/.exec(messages[0]?.content ?? '')?.[1] ?? '';
const promptOf = ({ messages }: ModelCall): string => messages[1]?.content ?? '';

/** Answers as the role it is asked as. */
const createTeam = (): ReturnType<typeof createProvider> =>
  createProvider((call) => ({ text: `done by ${roleOf(call)}` }));

const createTestPlanner = (options: Partial<PlannerOptions> = {}) =>
  createPlanner({ provider: createTeam(), model: 'm', prices: flatPrices(), ...options });

const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return isFleetglassError(error) ? error.code : String(error);
  }
  return 'not refused';
};

const COMPLEX =
  'Migrate authentication across all packages.\n- tokens must be encrypted\n- it has to be backwards compatible\n- sessions must survive';

describe('a plan', () => {
  const planner = createTestPlanner();
  const rolesOf = (description: string, options = {}): string[] =>
    planner.plan(description, options).workflow.steps.map(({ role }) => role);

  it('leaves the ANALYST out of simple tasks, unless it is forced', () => {
    expect(rolesOf('Fix the typo in the footer')).toEqual(['BUILDER', 'TESTER']);
    expect(planner.plan('Fix the typo in the footer').analyst).toEqual({
      included: false,
      because: 'complexity',
    });
    const forced = planner.plan('Fix the typo in the footer', { forceAnalyst: true });
    expect(forced.workflow.steps.map(({ role, after }) => [role, after])).toEqual([
      ['ANALYST', []],
      ['BUILDER', ['analyst']],
      ['TESTER', ['builder']],
    ]);
    expect(forced.analyst).toEqual({ included: true, because: 'forced' });
    expect(rolesOf('Fix the crash', { complexity: 'moderate' })[0]).toBe('ANALYST');
  });

  it('follows the type: recognised, given, or custom', () => {
    expect(planner.plan(COMPLEX, { type: 'featureImplementation' }).workflow).toEqual({
      name: 'featureImplementation',
      type: 'featureImplementation',
      complexity: 'complex',
      steps: [
        { id: 'analyst', role: 'ANALYST', after: [] },
        { id: 'planner', role: 'PLANNER', after: ['analyst'] },
        { id: 'builder', role: 'BUILDER', after: ['planner'] },
        { id: 'tester', role: 'TESTER', after: ['builder'] },
        { id: 'reviewer', role: 'REVIEWER', after: ['builder'] },
        { id: 'documenter', role: 'DOCUMENTER', after: ['tester', 'reviewer'] },
      ],
    });
    expect(planner.plan('Please audit and review src/a.ts').type).toEqual({
      name: 'codeReview',
      source: 'description',
      found: ['review', 'audit'],
    });
    expect(planner.plan('Tidy up').type).toEqual({ name: 'custom', source: 'default', found: [] });
    expect(refusal(() => planner.plan('x', { type: 'constructor' }))).toBe('NOT_FOUND');
  });

  it('takes own types and roles', () => {
    const own = createTestPlanner({
      types: [
        {
          name: 'translation',
          description: 'Text in another language',
          keywords: ['translate'],
          stages: [[{ role: 'BUILDER' }, { role: 'BUILDER' }], [{ role: 'REVIEWER', from: 'complex' }]],
        },
      ],
    });
    const { workflow, analyst } = own.plan('Translate the page');
    expect(workflow.steps.map(({ id }) => id)).toEqual(['builder', 'builder-2']);
    expect(analyst.because).toBe('type');
    expect(own.plan('Translate it', { forceAnalyst: true }).workflow.steps[1]?.after).toEqual(['analyst']);
    const empty = createTestPlanner({
      types: [
        { name: 'rare', description: '', keywords: [], stages: [[{ role: 'BUILDER', from: 'complex' }]] },
      ],
    });
    expect(refusal(() => empty.plan('x', { type: 'rare' }))).toBe('BAD_INPUT');
  });

  it('gives steps to own agents that are meant for the task', () => {
    const own = createTestPlanner({
      models: { TESTER: 'cheap' },
      agents: [
        { name: 'Ada', role: 'BUILDER', model: 'big', instructions: 'Use tabs.' },
        { name: 'Bob', role: 'BUILDER', complexity: 'complex' },
      ],
    });
    expect(own.plan('Fix the typo').agents).toEqual([
      { name: 'Ada', role: 'BUILDER', models: ['big'], tools: [], steps: ['builder'] },
      { name: 'TESTER', role: 'TESTER', models: ['cheap'], tools: [], steps: ['tester'] },
    ]);
    expect(own.plan(COMPLEX, { type: 'bugFix' }).agents.map(({ name }) => name)).toContain('Bob');
  });

  it('refuses tools that nothing performs', () => {
    const agents = [{ name: 'Ada', role: 'BUILDER', tools: ['edit'] }];
    expect(refusal(() => createTestPlanner({ agents }).plan('Fix the typo'))).toBe('BAD_INPUT');
    const performers = { BUILDER: () => 'edited' };
    expect(createTestPlanner({ agents, performers }).plan('Fix the typo').agents[0]?.tools).toEqual(['edit']);
  });

  it('takes a workflow as it is given, and puts a forced ANALYST before it', () => {
    const workflow = {
      name: 'mine',
      type: 'painting',
      complexity: 'simple',
      steps: [
        { id: 'analyst', role: 'BUILDER', after: [] },
        { id: 'b', role: 'REVIEWER', after: ['analyst'] },
      ],
    } as const;
    expect(planner.plan('x', { workflow }).workflow).toEqual(workflow);
    expect(planner.plan('x', { workflow, forceAnalyst: true }).workflow.steps).toEqual([
      { id: 'analyst-2', role: 'ANALYST', after: [] },
      { id: 'analyst', role: 'BUILDER', after: ['analyst-2'] },
      { id: 'b', role: 'REVIEWER', after: ['analyst'] },
    ]);
    expect(planner.plan('x', { workflow, complexity: 'complex' }).workflow.complexity).toBe('complex');
    const broken = { ...workflow, steps: [{ id: 'a', role: 'BUILDER', after: ['a'] }] };
    expect(refusal(() => planner.plan('x', { workflow: broken }))).toBe('GRAPH_INVALID');
  });

  it('refuses no description and an endless one', () => {
    expect(refusal(() => planner.plan(' \n'))).toBe('BAD_INPUT');
    expect(refusal(() => planner.plan('x'.repeat(200_001)))).toBe('BAD_INPUT');
  });

  it('is a workflow that runs for any description', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }).filter((text) => text.trim() !== ''),
        fc.boolean(),
        (description, forceAnalyst) => {
          const plan = planner.plan(description, { forceAnalyst });
          expect(planner.plan(description, { forceAnalyst }).workflow).toEqual(plan.workflow);
          expect(
            plan.graph
              .describe()
              .nodes.map(({ name }) => name)
              .sort(),
          ).toEqual(plan.workflow.steps.map(({ id }) => id).sort());
          const { low, high } = plan.estimate.cost;
          expect(low.nanoUsd).toBeGreaterThan(0);
          expect(low.nanoUsd).toBeLessThanOrEqual(high.nanoUsd);
          expect(JSON.parse(JSON.stringify(plan.input))).toEqual(plan.input);
        },
      ),
    );
  });
});

describe('a planned run', () => {
  it('goes from end to end, each agent with the results of those before it', async () => {
    const provider = createTeam();
    const planner = createTestPlanner({ provider });
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const plan = planner.plan(COMPLEX, { type: 'featureImplementation', workingDirectory: '/srv/app' });
    const state = await orchestrator.start(plan.graph, plan.input, plan.options).result;

    expect(state.results.map(({ step, text }) => [step, text]).sort()).toEqual(
      plan.workflow.steps.map(({ id, role }) => [id, `done by ${role}`]).sort(),
    );
    const documenter = provider.calls.find((call) => roleOf(call) === 'DOCUMENTER');
    expect(documenter && promptOf(documenter).match(/done by \w+/g)).toEqual([
      'done by ANALYST',
      'done by PLANNER',
      'done by BUILDER',
      'done by TESTER',
      'done by REVIEWER',
    ]);
    expect(documenter && promptOf(documenter)).toContain('Working directory: /srv/app');
    const tester = provider.calls.find((call) => roleOf(call) === 'TESTER');
    expect(tester && promptOf(tester)).not.toContain('REVIEWER');

    const [created] = await of('run.created');
    expect(created?.data.labels).toMatchObject({ type: 'featureImplementation', complexity: 'complex' });
    expect(created?.data.labels?.['task']).toBe('Migrate authentication across all packages.');
    const tasks = await of('task.created');
    expect(tasks[0]?.data).toMatchObject({
      role: 'ANALYST',
      type: 'featureImplementation',
      complexity: 'complex',
    });
    await orchestrator.close();
  });

  it('lets a host perform a role with calls and tools of its own', async () => {
    const provider = createTeam();
    const planner = createTestPlanner({
      provider,
      agents: [{ name: 'Ada', role: 'BUILDER', tools: ['edit'] }],
      performers: {
        BUILDER: async ({ step, prompt, provider: by, model }, ctx) => {
          const edited = await ctx.tool('edit', () => `edited with ${step.tools?.join() ?? ''}`);
          const { text } = await ctx.model({ provider: by, model, system: prompt.system, prompt: edited });
          return `${edited}; ${text}`;
        },
      },
    });
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const plan = planner.plan('Fix the typo');
    const { results } = await orchestrator.start(plan.graph, plan.input, plan.options).result;
    expect(results[0]?.text).toBe('edited with edit; done by BUILDER');
    expect(plan.estimate.isLowerBound).toBe(true);
    await orchestrator.close();
  });

  it('is recovered after a crash from its record alone, and asks nobody twice', async () => {
    const store = createMemoryStore();
    const before = createTeam();
    const first = createHarness({ store: dyingStore(store, 12), prices: flatPrices(), owner: 'dead' });
    const plan = createTestPlanner({ provider: before }).plan(COMPLEX, { type: 'featureImplementation' });
    const run = first.orchestrator.start(plan.graph, plan.input, plan.options);
    await expect(run.result).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    expect(before.calls.length).toBeGreaterThan(0);

    const after = createTeam();
    const planner = createTestPlanner({ provider: after });
    const second = createHarness({ store, prices: flatPrices(), isOwnerGone: (owner) => owner === 'dead' });
    second.orchestrator.register(planner.name, planner.launch);
    const { resumed, refused } = await second.orchestrator.recover();
    expect(refused).toEqual([]);
    const state = (await resumed[0]?.result) as { results: readonly { step: string }[] };
    expect(state.results.map(({ step }) => step).sort()).toEqual(
      plan.workflow.steps.map(({ id }) => id).sort(),
    );
    expect(after.calls.length).toBeLessThan(plan.workflow.steps.length);
    await second.orchestrator.close();
  });

  it('can be started by a command, whose input is not trusted', async () => {
    const planner = createTestPlanner();
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    orchestrator.register(planner.name, planner.launch);
    await orchestrator.host.commands.execute(
      { type: 'start', name: 'task', input: { task: 'Fix the typo', forceAnalyst: true } },
      { commandId: 'c1' },
    );
    await until(async () => (await of('run.completed')).length === 1, 'the run to complete');
    expect((await of('task.created')).map(({ data }) => data.role)).toEqual(['ANALYST', 'BUILDER', 'TESTER']);
    for (const input of [
      undefined,
      {},
      { task: '' },
      { task: 'x', extra: 1 },
      { task: 'x', forceAnalyst: 'yes' },
      JSON.parse('{"task":"x","__proto__":{"forceAnalyst":true}}'),
    ]) {
      expect(refusal(() => planner.launch(input))).toBe('BAD_INPUT');
    }
    await orchestrator.close();
  });

  it('keeps to names that objects have by nature', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const planner = createTestPlanner();
    const { orchestrator } = createHarness({ prices: flatPrices() });
    const plan = planner.plan('x', {
      workflow: {
        name: 'constructor',
        type: 'constructor',
        complexity: 'simple',
        steps: names.map((id, index) => ({
          id,
          role: 'BUILDER',
          agent: id,
          after: names.slice(0, index),
        })),
      },
    });
    const { results } = await orchestrator.start(plan.graph, plan.input, plan.options).result;
    expect(results.map(({ step }) => step)).toEqual(names);
    await orchestrator.close();
  });
});

describe('an estimate', () => {
  const clock = createSimulatedClock();
  const estimate = (options: Partial<PlannerOptions> = {}, asked = {}) =>
    createTestPlanner({ clock, ...options }).plan('Fix the typo', asked).estimate;

  it('holds the real cost of a run whose answers are as long as expected', async () => {
    const provider = createProvider(() => ({ text: 'x'.repeat(400), outputTokens: 400 }));
    const planner = createTestPlanner({ provider });
    const { orchestrator, of } = createHarness({ prices: flatPrices() });
    const plan = planner.plan('Fix the typo', { forceAnalyst: true });
    await orchestrator.start(plan.graph, plan.input, plan.options).result;
    const spent = (await of('span.ended')).reduce((sum, { data }) => sum + (data.cost?.nanoUsd ?? 0), 0);
    expect(plan.estimate.cost.low.nanoUsd).toBeLessThanOrEqual(spent);
    expect(plan.estimate.cost.high.nanoUsd).toBeGreaterThanOrEqual(spent);
    await orchestrator.close();
  });

  it('says on which tokens it rests, and what earlier answers add to a prompt', () => {
    const { steps, isLowerBound } = estimate();
    const [builder, tester] = steps;
    expect(builder?.tokens).toMatchObject({ source: 'prompt', samples: 0, calls: { low: 1, high: 1 } });
    expect(builder?.tokens.outputTokens).toEqual({ low: 300, high: 2_000 });
    expect(isLowerBound).toBe(false);
    const { inputTokens } = tester!.tokens;
    expect(inputTokens.high - inputTokens.low).toBeGreaterThan(2_000 - 300);
    const { low, high } = builder!.cost;
    expect(low).toMatchObject({ byBasis: { list: low.nanoUsd }, unknownCalls: 0 });
    const { tokens } = builder!;
    expect(high.nanoUsd).toBe(tokens.inputTokens.high * 1_000 + tokens.outputTokens.high * 5_000);
  });

  it('never makes a price up', () => {
    const { cost, steps } = estimate({ models: { TESTER: 'unpriced' } });
    expect(steps[1]?.cost).toEqual({
      low: { nanoUsd: 0, byBasis: {}, unknownCalls: 1 },
      high: { nanoUsd: 0, byBasis: {}, unknownCalls: 1 },
    });
    expect(cost.high.unknownCalls).toBe(1);
    expect(cost.high.nanoUsd).toBe(steps[0]?.cost.high.nanoUsd);
    expect(createPlanner({ provider: createTeam(), model: 'm' }).plan('x').estimate.cost.low).toMatchObject({
      nanoUsd: 0,
      unknownCalls: 1,
    });
  });

  it('labels what a simulated provider would cost', () => {
    const provider: ModelProvider = { ...createTeam(), simulated: true };
    expect(Object.keys(estimate({ provider }).cost.high.byBasis)).toEqual(['simulated']);
  });

  it('keeps to the limits of model and step', () => {
    const short: PriceTable = { ...flatPrices(), limits: () => ({ maxOutputTokens: 100 }) };
    expect(estimate({ prices: short }).steps[0]?.tokens.outputTokens).toEqual({ low: 100, high: 100 });
  });

  it('takes what is known about a role that makes many calls', () => {
    const range = (low: number, high: number) => ({ low, high });
    const tokens = {
      BUILDER: { calls: range(2, 10), inputTokens: range(100, 1_000), outputTokens: range(10, 100) },
    };
    const performers = { BUILDER: () => 'x' };
    const [builder] = estimate({ tokens, performers }).steps;
    expect(builder).toMatchObject({ isLowerBound: false, tokens: { source: 'given' } });
    expect(builder?.cost.low.nanoUsd).toBe(100 * 1_000 + 10 * 5_000);
    expect(builder?.cost.high.nanoUsd).toBe(1_000 * 1_000 + 100 * 5_000);
  });

  const stepOf = (input: number, output: number, more: Partial<FinishedStep> = {}): FinishedStep => ({
    role: 'BUILDER',
    status: 'completed',
    complexity: 'simple',
    modelCalls: 1,
    usage: {
      inputTokens: input,
      outputTokens: output,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      reasoningTokens: 0,
    },
    cost: { nanoUsd: 1, byBasis: { list: 1 }, unknownCalls: 0 },
    ...more,
  });
  const runOf = (...steps: FinishedStep[]): FinishedRun => ({
    runId: 'r',
    name: 'task',
    status: 'completed',
    complexity: 'simple',
    cost: steps[0]!.cost,
    usage: steps[0]!.usage,
    durationMs: 1,
    steps,
  });

  it('is narrowed by finished steps of the same role and complexity, when there are enough', () => {
    const history = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000].map((input) =>
      runOf(stepOf(input, 10)),
    );
    const [builder, tester] = estimate({}, { history }).steps;
    expect(builder?.tokens).toEqual({
      source: 'history',
      samples: 10,
      calls: { low: 1, high: 1 },
      inputTokens: { low: 100, high: 900 },
      outputTokens: { low: 10, high: 10 },
    });
    expect(builder?.cost.low.nanoUsd).toBe(100 * 1_000 + 50_000);
    expect(builder?.cost.high.nanoUsd).toBe(900 * 1_000 + 50_000);
    expect(tester?.tokens.source).toBe('prompt');
    expect(estimate({}, { history, minSamples: 11 }).steps[0]?.tokens.source).toBe('prompt');
    expect(estimate({}, { history, complexity: 'moderate' }).steps[1]?.tokens.source).toBe('prompt');
    expect(estimate({ model: 'unpriced' }, { history }).steps[0]?.cost.low).toMatchObject({
      nanoUsd: 0,
      unknownCalls: 1,
    });
  });

  it('learns nothing from steps that failed or asked no model', () => {
    const history = [runOf(stepOf(1, 1, { status: 'failed' }), stepOf(0, 0, { modelCalls: 0 }))];
    expect(estimate({}, { history, minSamples: 1 }).steps[0]?.tokens.source).toBe('prompt');
  });

  it('prices a step of many calls call by call', () => {
    const tiered: PriceTable = {
      cost: ({ usage }) => ({
        nanoUsd: usage.inputTokens * (usage.inputTokens > 1_000 ? 2 : 1),
        basis: 'list',
      }),
    };
    const history = [runOf(stepOf(2_000, 0, { modelCalls: 4 }))];
    expect(estimate({ prices: tiered }, { history, minSamples: 1 }).steps[0]?.cost.high.nanoUsd).toBe(2_000);
  });

  it('reads history from the state that the events of real runs give', async () => {
    const { orchestrator, events } = createHarness({ prices: flatPrices() });
    const planner = createTestPlanner();
    for (const forceAnalyst of [false, true]) {
      const plan = planner.plan('Fix the typo', { forceAnalyst });
      await orchestrator.start(plan.graph, plan.input, plan.options).result;
    }
    const runs = finishedRuns(reduce(emptyState(), await events()));
    expect(runs.map(hadAnalyst)).toEqual([false, true]);
    expect(runs[1]).toMatchObject({
      name: 'task',
      status: 'completed',
      type: 'bugFix',
      complexity: 'simple',
    });
    expect(runs[1]?.steps.map(({ role, modelCalls, status }) => [role, modelCalls, status])).toEqual([
      ['ANALYST', 1, 'completed'],
      ['BUILDER', 1, 'completed'],
      ['TESTER', 1, 'completed'],
    ]);
    const { steps } = planner.plan('Fix the typo', { history: runs, minSamples: 2 }).estimate;
    expect(steps.map(({ tokens }) => [tokens.source, tokens.outputTokens])).toEqual([
      ['history', { low: 10, high: 10 }],
      ['history', { low: 10, high: 10 }],
    ]);
    await orchestrator.close();
  });
});
