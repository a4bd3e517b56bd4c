import type { Usage } from '../protocol/usage.js';
import type { Complexity } from '../protocol/events/task.js';
import type { FinishedRun, FinishedStep } from './finished-run.js';
import type { Range, Role } from './role.js';

/** How many tokens a step is assumed to use, in all of its calls together. */
export interface StepTokens {
  readonly calls: Range;
  readonly inputTokens: Range;
  readonly outputTokens: Range;
}

/** The same, and where it comes from. */
export interface TokenAssumption extends StepTokens {
  /** `prompt`: from the prompt's own size and what the role is expected to answer. */
  readonly source: 'history' | 'given' | 'prompt';
  /** Finished steps that it rests on; 0 unless it comes from history. */
  readonly samples: number;
}

/** Steps of one role and complexity that finished, for `source: 'history'`. */
export interface StepHistory {
  of(role: string, complexity: Complexity): readonly FinishedStep[];
}

/** Output of roles that expect none of their own. */
const OUTPUT_TOKENS: { readonly [C in Complexity]: Range } = {
  simple: { low: 150, high: 1_500 },
  moderate: { low: 400, high: 4_000 },
  complex: { low: 800, high: 8_000 },
};

const keyOf = (role: string, complexity: Complexity | undefined): string => `${complexity ?? ''}/${role}`;

/** Sorts the completed steps of finished runs. Only steps that called a model count. */
export function createStepHistory(runs: readonly FinishedRun[]): StepHistory {
  const steps = new Map<string, FinishedStep[]>();
  for (const run of runs) {
    for (const step of run.steps) {
      if (step.status !== 'completed' || step.modelCalls === 0) continue;
      const key = keyOf(step.role, step.complexity ?? run.complexity);
      const known = steps.get(key);
      if (known) known.push(step);
      else steps.set(key, [step]);
    }
  }
  return { of: (role, complexity) => steps.get(keyOf(role, complexity)) ?? [] };
}

/**
 * The tenth and the ninetieth of a hundred, by nearest rank: the least value that at least that share of all values
 * does not exceed.
 */
export function middleRange(values: readonly number[]): Range {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { low: at(0.1), high: at(0.9) };
}

/** What finished steps used. */
export function tokensOfHistory(steps: readonly FinishedStep[]): StepTokens {
  return {
    calls: middleRange(steps.map(({ modelCalls }) => modelCalls)),
    inputTokens: middleRange(steps.map(({ usage }) => usage.inputTokens)),
    outputTokens: middleRange(steps.map(({ usage }) => usage.outputTokens)),
  };
}

/** Expected output of one answer, within what the model and the step allow. */
export function expectedOutput(role: Role, complexity: Complexity, most: number): Range {
  const { low, high } = role.outputTokens?.[complexity] ?? OUTPUT_TOKENS[complexity];
  return { low: Math.min(low, most), high: Math.min(high, most) };
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * Input tokens of a text: from its UTF-8 bytes ÷ 4, which is usual for English, to its bytes ÷ 2, which few texts
 * exceed.
 */
export function inputOf(text: string): Range {
  const bytes = bytesOf(text);
  return { low: Math.ceil(bytes / 4), high: Math.ceil(bytes / 2) };
}

/** An average call of `calls` that used `usage` together: prices are tiered by the size of one request. */
export function averageCall(usage: Usage, calls: number): Usage {
  const part = (tokens = 0): number => Math.floor(tokens / calls);
  return {
    inputTokens: Math.ceil(usage.inputTokens / calls),
    cacheReadTokens: part(usage.cacheReadTokens),
    cacheWrite5mTokens: part(usage.cacheWrite5mTokens),
    cacheWrite1hTokens: part(usage.cacheWrite1hTokens),
    outputTokens: Math.ceil(usage.outputTokens / calls),
    reasoningTokens: part(usage.reasoningTokens),
  };
}
