import { append, END, send, START, StateGraph } from '@fleetglass/core';

/** Name under which the job is known to the server under test. */
export const JOB = 'job';

interface Job {
  branches: number;
  notes: string[];
  report?: string;
}

/** What happened outside, once a line: `body run task` when a task began, `tool run task` when its tool was used. */
export type Note = (line: string) => void;

/**
 * A plan, as many branches as its input says and a join, then a report: small, with a recorded result in each branch.
 *
 * @param pause lets a moment pass in the middle of a task
 */
export function createJob(note: Note, pause: () => Promise<void>) {
  return new StateGraph<Job, Partial<Job>, string>({ name: JOB, reducers: { notes: append } })
    .addNode('plan', async (_, ctx) => {
      note(`body ${ctx.runId} ${ctx.taskId}`);
      await pause();
    })
    .addNode('work', async (state: Job & { branch: number }, ctx) => {
      note(`body ${ctx.runId} ${ctx.taskId}`);
      await pause();
      const found = await ctx.tool('look', async () => {
        note(`tool ${ctx.runId} ${ctx.taskId}`);
        await pause();
        return `found ${state.branch}`;
      });
      ctx.log('info', found);
      await pause();
      return { notes: [found] };
    })
    .addNode('report', (state, ctx) => {
      note(`body ${ctx.runId} ${ctx.taskId}`);
      return { report: `${state.notes.length} of ${state.branches}` };
    })
    .addEdge(START, 'plan')
    .addConditionalEdges(
      'plan',
      ({ branches }) => Array.from({ length: branches }, (_, branch) => send('work', { branch })),
      [send('work')],
    )
    .addJoin('work', 'report')
    .addEdge('report', END);
}
