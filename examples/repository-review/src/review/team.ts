import type { ChatMessage, Clock, ModelProvider, TaskContext } from '@fleetglass/core';
import type { SemanticChecker } from '../checks/semantic-checker.js';
import type { PaidCall } from './state.js';

/** What the agents of a review work with. */
export interface Team {
  readonly provider: ModelProvider;
  readonly model: string;
  readonly semantic: SemanticChecker;
  /** Folder that reports are written to. */
  readonly reports: string;
  readonly clock: Clock;
  /** Milliseconds for which a person is asked before a report is published; 0: nobody is asked. */
  readonly askMs: number;
  /** Reviewers that work at the same time. */
  readonly reviewers: number;
}

/** Most tokens of an answer; the prompts ask for 120 words. */
const MAX_OUTPUT_TOKENS = 500;

/** Lets the agent of a task ask the model; returns what it wrote and what was paid. */
export async function ask(
  team: Team,
  ctx: TaskContext,
  name: string,
  messages: readonly ChatMessage[],
): Promise<{ readonly prose: string; readonly call: PaidCall }> {
  const answer = await ctx.model({
    provider: team.provider,
    model: team.model,
    name,
    messages,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
  });
  const { cost, usage, text, model = team.model } = answer;
  return { prose: text, call: { agent: ctx.agentId ?? name, model, usage, cost } };
}
