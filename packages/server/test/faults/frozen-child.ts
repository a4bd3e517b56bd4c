import { createInterface } from 'node:readline';
import { append, createOrchestrator, END, send, START, StateGraph } from '@fleetglass/core';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';
import { processOwner } from '../../src/storage/process-owner.js';
import { codeOf } from './thirty-steps.js';

/**
 * Runs a graph whose last branch stops in the middle and waits for a line on its input; says on its output where it is
 * and how the run ended, and stays alive until its input ends.
 */
const [file = '', leaseTtlMs = ''] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.on('uncaughtException', (error) => say(`fatal ${codeOf(error)}`));
process.on('unhandledRejection', (error) => say(`fatal ${codeOf(error)}`));

const lines = createInterface({ input: process.stdin });
const goOn = new Promise((resolve) => lines.once('line', resolve));

interface Job {
  notes: string[];
  report?: string;
}

const graph = new StateGraph<Job, Partial<Job>, string>({ name: 'frozen', reducers: { notes: append } })
  .addNode('plan', () => undefined)
  .addNode('read', async (state: Job & { file: string }, ctx) => {
    await ctx.tool('look', () => state.file);
    ctx.log('info', `before ${state.file}`);
    if (state.file === 'c') {
      say('middle');
      await goOn;
      say('awake');
    }
    ctx.log('info', `after ${state.file}`);
    const looked = await ctx
      .tool('look again', () => state.file)
      .catch((error: unknown) => {
        say(`tool ${codeOf(error)}`);
        throw error;
      });
    return { notes: [looked] };
  })
  .addNode('report', (state) => ({ report: state.notes.join() }))
  .addEdge(START, 'plan')
  .addConditionalEdges('plan', () => ['a', 'b', 'c'].map((name) => send('read', { file: name })), [
    send('read'),
  ])
  .addJoin('read', 'report')
  .addEdge('report', END);

const store = createSqliteStore({ file, durability: 'normal' });
const orchestrator = createOrchestrator({ store, owner: processOwner(), leaseTtlMs: Number(leaseTtlMs) });
const run = orchestrator.start(graph, { notes: [] }, { id: 'run' });
run.result.then(
  () => say('result completed'),
  (error: unknown) => say(`result ${codeOf(error)}`),
);
lines.once('close', () => void store.close().then(() => say('closed')));
