import type { Clock } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import type { Json } from '../lib/json.js';
import type { BudgetList } from '../orchestrator/budgets/budget-options.js';
import type { TaskContext } from '../orchestrator/calls/context.js';
import type { ModelProvider } from '../orchestrator/calls/model-provider.js';
import type { Orchestrator } from '../orchestrator/orchestrator.js';
import type { Cost, Usage } from '../protocol/usage.js';
import type { AgentDefinition } from './agent-definition.js';
import { parseAgentDefinition } from './agent-definition.js';
import type { PromptDifference } from './prompt-difference.js';
import { diffPrompts } from './prompt-difference.js';
import type { PromptInput, RolePrompt } from './role-prompt.js';
import type { RoleRegistry } from './role-registry.js';

/** Where and how a prompt is tried. */
export interface TrialOptions {
  /** A trial is a run of it: its budgets hold, and people can watch it. */
  readonly orchestrator: Pick<Orchestrator<unknown>, 'run'>;
  readonly provider: ModelProvider;
  readonly model: string;
  readonly maxOutputTokens?: number;
  /** Options of the provider's own, such as a temperature. */
  readonly options?: Json;
  /** Limit of the trial's run. @default that of the orchestrator */
  readonly budget?: BudgetList;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** What a model answered to a prompt that was tried. */
export interface Trial {
  readonly prompt: RolePrompt;
  readonly text: string;
  readonly usage: Usage;
  readonly cost: Cost;
  /** Why it ended, in the provider's words. */
  readonly finishReason: string | undefined;
  readonly durationMs: number;
}

/** Two prompts beside each other, with what each of them brought. */
export interface PromptComparison {
  readonly first: Trial;
  readonly second: Trial;
  readonly difference: PromptDifference;
}

/** What a trial of an agent needs besides its task. */
export interface AgentTestOptions extends Omit<TrialOptions, 'model'> {
  readonly roles: RoleRegistry;
  /** Model of an agent that names none. */
  readonly model: string;
}

async function tryPrompt(prompt: RolePrompt, options: TrialOptions, ctx: TaskContext): Promise<Trial> {
  const { provider, model, maxOutputTokens, clock = systemClock } = options;
  const startedAt = clock.monotonic();
  const answer = await ctx.model({
    provider,
    model,
    system: prompt.system,
    prompt: prompt.prompt,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(options.options === undefined ? {} : { options: options.options }),
  });
  return {
    prompt,
    text: answer.text,
    usage: answer.usage,
    cost: answer.cost,
    finishReason: answer.finishReason,
    durationMs: Math.round(clock.monotonic() - startedAt),
  };
}

const runOptions = ({ budget, signal }: TrialOptions, purpose: string) => ({
  labels: { purpose },
  ...(budget === undefined ? {} : { budget }),
  ...(signal === undefined ? {} : { signal }),
});

/**
 * Asks an agent's model once, as a run of its own. Its tools are not offered: what they do belongs to whoever performs
 * its steps.
 *
 * @param sample a task, or everything that the prompt shows
 * @throws FleetglassError `BAD_INPUT` for a malformed definition, `NOT_FOUND` for an unknown role, `BUDGET_EXCEEDED`,
 * `UNKNOWN_PRICE`, `CANCELLED`, or what the provider threw
 */
export async function testAgent(
  agent: AgentDefinition,
  sample: string | PromptInput,
  options: AgentTestOptions,
): Promise<Trial> {
  const { name, role, model, complexity, instructions } = parseAgentDefinition(agent);
  const prompt = options.roles.preview(role, {
    ...(complexity === undefined ? {} : { complexity }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(typeof sample === 'string' ? { task: sample } : sample),
  });
  const asked = { ...options, model: model ?? options.model };
  const run = options.orchestrator.run(
    `test of ${name}`,
    (ctx) => ctx.agent(name, (own) => tryPrompt(prompt, asked, own)),
    runOptions(options, 'agent test'),
  );
  return run.result;
}

/**
 * Asks the same model both prompts side by side, as one run. One answer each is an impression and no measurement.
 *
 * @throws FleetglassError `BUDGET_EXCEEDED`, `UNKNOWN_PRICE`, `CANCELLED`, or what the provider threw; then neither
 * answer is given
 */
export async function comparePrompts(
  first: RolePrompt,
  second: RolePrompt,
  options: TrialOptions,
): Promise<PromptComparison> {
  const run = options.orchestrator.run(
    'comparison of prompts',
    (ctx) =>
      Promise.all([
        ctx.task('first prompt', (own) => tryPrompt(first, options, own)),
        ctx.task('second prompt', (own) => tryPrompt(second, options, own)),
      ]),
    runOptions(options, 'prompt comparison'),
  );
  const [one, two] = await run.result;
  return { first: one, second: two, difference: diffPrompts(first, second) };
}
