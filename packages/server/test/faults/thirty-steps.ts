import {
  append,
  createOrchestrator,
  END,
  isFleetglassError,
  send,
  START,
  StateGraph,
} from '@fleetglass/core';
import type { ModelProvider, Orchestrator, OrchestratorOptions, PriceTable } from '@fleetglass/core';

export const RUN_ID = 'thirty-steps';
export const NAME = 'thirty steps';
/** Model calls of an undisturbed run: one of each plan and each branch, and one of the report. */
export const CALLS = 2 + 2 * 12 + 1;
const TASKS = 30;
const NANO_USD_A_CALL = 20_000;
/** What an undisturbed run spends. */
export const TOTAL_NANO_USD = CALLS * NANO_USD_A_CALL;
export { TASKS };

export interface Job {
  files: string[];
  notes: string[];
  round: number;
  report?: string;
}

export const INPUT: Job = { files: Array.from({ length: 12 }, (_, i) => `file-${i}`), notes: [], round: 0 };

const prices: PriceTable = { cost: () => ({ nanoUsd: NANO_USD_A_CALL, basis: 'list' }) };

/** Answers sooner or later, so that branches overlap and do not go in step. */
const provider: ModelProvider = {
  id: 'demo',
  async call({ messages }) {
    const prompt = messages[0]?.content ?? '';
    for (let turns = 1 + (prompt.charCodeAt(5) % 3); turns > 0; turns -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { text: `about ${prompt}`, usage: { inputTokens: 10, outputTokens: 10 } };
  },
};

/**
 * Two rounds of a plan, twelve branches and a join, then a report and its publication: 30 tasks.
 *
 * @param note is told what happens in the outside world, as `what task`
 */
export function thirtySteps(note: (line: string) => void) {
  return new StateGraph<Job, Partial<Job>, string>({ name: NAME, reducers: { notes: append } })
    .addNode('plan', async (state, ctx) => {
      note(`body ${ctx.taskId}`);
      const { text } = await ctx.model({ provider, model: 'm', prompt: `round ${state.round}` });
      return { notes: [text], round: state.round + 1 };
    })
    .addNode('read', async (state: Job & { file: string }, ctx) => {
      note(`body ${ctx.taskId}`);
      const length = await ctx.tool('measure', () => {
        note(`tool ${ctx.taskId}`);
        return state.file.length;
      });
      const { text } = await ctx.model({ provider, model: 'm', prompt: `${state.file} ${length}` });
      ctx.log('info', `read ${state.file}`);
      return { notes: [text] };
    })
    .addNode('merge', (_, ctx) => {
      note(`body ${ctx.taskId}`);
    })
    .addNode('report', async (state, ctx) => {
      note(`body ${ctx.taskId}`);
      const stamp = await ctx.once('stamp', () => 7);
      const { text } = await ctx.model({ provider, model: 'm', prompt: `${state.notes.length} ${stamp}` });
      return { report: text };
    })
    .addNode('publish', (_, ctx) => {
      note(`body ${ctx.taskId}`);
    })
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', (state) => state.files.map((file) => send('read', { file })), [send('read')])
    .addJoin('read', 'merge')
    .addConditionalEdges('merge', (state) => (state.round < 2 ? 'plan' : 'report'), ['plan', 'report'])
    .addEdge('report', 'publish')
    .addEdge('publish', END);
}

/** Its thresholds tell when exactly what an undisturbed run spends is spent, and when a nano-dollar more is. */
export const BUDGET = {
  usd: (TOTAL_NANO_USD + 1) / 1e9,
  warnAt: [(TOTAL_NANO_USD - 0.5) / (TOTAL_NANO_USD + 1), 1],
  onLimit: 'warn',
} as const;

/** Few at once, so that there are many writes. */
export const RUN_OPTIONS = { id: RUN_ID, budget: BUDGET, concurrency: 4 } as const;

export function createJobOrchestrator(options: OrchestratorOptions): Orchestrator<unknown> {
  return createOrchestrator({ prices, recovery: 'manual', ...options });
}

export const codeOf = (error: unknown): string => (isFleetglassError(error) ? error.code : String(error));
