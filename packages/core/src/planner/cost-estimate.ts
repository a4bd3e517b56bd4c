import type { CostTotals } from '../model/cost.js';
import { addNanoUsd, ZERO_COST } from '../model/cost.js';
import type { PriceTable } from '../model/price.js';
import type { ModelProvider } from '../orchestrator/calls/model-provider.js';
import type { Cost, Usage } from '../protocol/usage.js';
import type { FinishedStep } from './finished-run.js';
import type { Range } from './role.js';
import type { StepHistory, StepTokens, TokenAssumption } from './step-tokens.js';
import { averageCall, expectedOutput, inputOf, middleRange, tokensOfHistory } from './step-tokens.js';
import type { Workflow, WorkflowStep } from './workflow.js';
import { orderSteps, stepsBefore } from './workflow.js';
import type { WorkflowCrew } from './workflow-graph.js';
import { modelOf, performerOf, promptOf, providerOf } from './workflow-graph.js';

/** What work is expected to cost. With `unknownCalls` above 0 an end is a lower bound. */
export interface CostRange {
  readonly low: CostTotals;
  readonly high: CostTotals;
}

/** What one step of a workflow is likely to cost. */
export interface StepEstimate {
  readonly step: string;
  readonly role: string;
  readonly model: string;
  readonly tokens: TokenAssumption;
  readonly cost: CostRange;
  /** A performer makes its calls, and nothing tells how many: they are counted as one. */
  readonly isLowerBound: boolean;
}

/** What a workflow is likely to cost, in all and step by step. */
export interface CostEstimate {
  readonly cost: CostRange;
  readonly steps: readonly StepEstimate[];
  /** Whether a step is one; unknown prices are told by {@link CostTotals.unknownCalls}. */
  readonly isLowerBound: boolean;
}

export interface CostQuestion {
  readonly task: string;
  readonly workingDirectory?: string;
  readonly prices: PriceTable;
  readonly history: StepHistory;
  /** Finished steps of a role and complexity from which on they are believed. */
  readonly minSamples: number;
  /** What is known about roles, where history is silent. */
  readonly tokens: { readonly [role: string]: StepTokens } | undefined;
  /** Milliseconds since the epoch: prices are dated. */
  readonly time: number;
}

/** Output limit of a model whose own maximum nobody knows. */
const DEFAULT_OUTPUT_TOKENS = 8_192;
/** Tokens that a provider may add to the two messages of a prompt. */
const MESSAGE_OVERHEAD_TOKENS = 32;

const plus = (a: Range, b: Range): Range => ({ low: a.low + b.low, high: a.high + b.high });

const addTotals = (a: CostTotals, b: CostTotals): CostTotals => {
  const byBasis: { [basis: string]: number } = { ...a.byBasis };
  for (const [basis, nanoUsd] of Object.entries(b.byBasis)) {
    byBasis[basis] = addNanoUsd(byBasis[basis] ?? 0, nanoUsd);
  }
  return {
    nanoUsd: addNanoUsd(a.nanoUsd, b.nanoUsd),
    byBasis,
    unknownCalls: a.unknownCalls + b.unknownCalls,
  };
};

/** Cost of `calls` equal calls. */
function costOf(cost: Cost, calls: number): CostTotals {
  if (cost.basis === 'unknown') return { ...ZERO_COST, unknownCalls: calls };
  const nanoUsd = addNanoUsd(cost.nanoUsd * calls, 0);
  return { nanoUsd, byBasis: { [cost.basis]: nanoUsd }, unknownCalls: 0 };
}

type PriceCall = (usage: Usage) => Cost;

function pricing(provider: ModelProvider, model: string, { prices, time }: CostQuestion): PriceCall {
  return (usage) => {
    const cost = prices.cost({ model, provider: provider.id, usage, time });
    return cost.basis !== 'unknown' && provider.simulated
      ? { nanoUsd: cost.nanoUsd, basis: 'simulated' }
      : cost;
  };
}

function rangeOf(a: CostTotals, b: CostTotals): CostRange {
  return a.nanoUsd <= b.nanoUsd ? { low: a, high: b } : { low: b, high: a };
}

/** Finished steps at the prices of the planned model: from the tenth to the ninetieth of a hundred. */
function costOfHistory(steps: readonly FinishedStep[], price: PriceCall): CostRange {
  const costs = steps.map(({ usage, modelCalls }) =>
    costOf(price(averageCall(usage, modelCalls)), modelCalls),
  );
  const { calls } = tokensOfHistory(steps);
  if (costs.some(({ unknownCalls }) => unknownCalls > 0)) {
    return {
      low: { ...ZERO_COST, unknownCalls: calls.low },
      high: { ...ZERO_COST, unknownCalls: calls.high },
    };
  }
  const { low, high } = middleRange(costs.map(({ nanoUsd }) => nanoUsd));
  const ofAmount = (nanoUsd: number): CostTotals =>
    costs.find((cost) => cost.nanoUsd === nanoUsd) ?? ZERO_COST;
  return { low: ofAmount(low), high: ofAmount(high) };
}

function costOfTokens({ calls, inputTokens, outputTokens }: StepTokens, price: PriceCall): CostRange {
  const end = (side: keyof Range): CostTotals => {
    const count = Math.max(1, calls[side]);
    const usage = averageCall({ inputTokens: inputTokens[side], outputTokens: outputTokens[side] }, count);
    return costOf(price(usage), count);
  };
  return rangeOf(end('low'), end('high'));
}

/** One call with the step's own prompt, which holds what the steps before it are expected to answer. */
function tokensOfPrompt(
  workflow: Workflow,
  step: WorkflowStep,
  crew: WorkflowCrew,
  question: CostQuestion,
  before: Range,
): StepTokens {
  const model = modelOf(crew, step);
  const provider = providerOf(crew, model);
  const role = crew.roles.get(step.role);
  const { task, workingDirectory, prices } = question;
  const state = { task, results: [], ...(workingDirectory === undefined ? {} : { workingDirectory }) };
  const { system, prompt } = promptOf(workflow, step, role, state);
  const counted = provider.countTokens?.([
    { role: 'system', content: system },
    { role: 'user', content: prompt },
  ]);
  const own = inputOf(system + prompt);
  const bounded =
    counted === undefined
      ? { low: own.low, high: own.high + MESSAGE_OVERHEAD_TOKENS }
      : { low: Math.min(own.low, counted), high: counted };
  const limits = { ...prices.limits?.(model, provider.id), ...provider.limits?.(model) };
  const most = Math.min(limits.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS, step.maxOutputTokens ?? Infinity);
  return {
    calls: { low: 1, high: 1 },
    inputTokens: plus(bounded, before),
    outputTokens: expectedOutput(role, workflow.complexity, most),
  };
}

/**
 * What a workflow is expected to cost, before anything runs. For each step: what finished steps of its role and
 * complexity used when there are enough of them, otherwise what was given for the role, otherwise one call with its
 * prompt. Nothing is counted as cached that was not so in history.
 *
 * @throws FleetglassError `NOT_FOUND` for an unknown role, `COST_OVERFLOW`
 */
export function estimateCost(workflow: Workflow, crew: WorkflowCrew, question: CostQuestion): CostEstimate {
  const answers = new Map<string, Range>();
  const steps = orderSteps(workflow).map((step): StepEstimate => {
    const model = modelOf(crew, step);
    const price = pricing(providerOf(crew, model), model, question);
    const about = { step: step.id, role: step.role, model };
    const known = question.history.of(step.role, workflow.complexity);
    const isKnown = known.length > 0 && known.length >= question.minSamples;
    const { tokens: given } = question;
    const told = given && Object.hasOwn(given, step.role) ? given[step.role] : undefined;

    let before: Range = { low: 0, high: 0 };
    for (const id of stepsBefore(workflow, step.id)) {
      const answer = answers.get(id);
      if (answer) before = plus(before, answer);
    }
    const tokens: TokenAssumption = isKnown
      ? { ...tokensOfHistory(known), source: 'history', samples: known.length }
      : told
        ? { ...told, source: 'given', samples: 0 }
        : { ...tokensOfPrompt(workflow, step, crew, question, before), source: 'prompt', samples: 0 };
    answers.set(step.id, tokens.outputTokens);
    return {
      ...about,
      tokens,
      cost: isKnown ? costOfHistory(known, price) : costOfTokens(tokens, price),
      isLowerBound: tokens.source === 'prompt' && performerOf(crew, step) !== undefined,
    };
  });
  return {
    steps,
    cost: {
      low: steps.reduce((sum, { cost }) => addTotals(sum, cost.low), ZERO_COST),
      high: steps.reduce((sum, { cost }) => addTotals(sum, cost.high), ZERO_COST),
    },
    isLowerBound: steps.some(({ isLowerBound }) => isLowerBound),
  };
}
