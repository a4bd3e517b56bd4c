import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { append, createOrchestrator, END, send, START, StateGraph } from '@fleetglass/core';
import type { Run } from '@fleetglass/core';

const State = z.object({
  files: z.array(z.string()),
  notes: z.array(z.string()).default([]),
  report: z.string().optional(),
});
type State = z.output<typeof State>;

it('infers the state from a schema, and lets its defaults be left out of the input', () => {
  const graph = new StateGraph({ state: State, reducers: { notes: append } })
    .addNode('read', (state, ctx) => {
      expectTypeOf(state).toExtend<Readonly<State>>();
      expectTypeOf(ctx.signal).toEqualTypeOf<AbortSignal>();
      return { notes: [state.files.join()] };
    })
    .addNode('sent', (state: { file: string }) => ({ notes: [state.file] }))
    .addEdge(START, 'read')
    .addConditionalEdges('read', (state) => state.files.map((file) => send('sent', { file })))
    .addJoin('sent', END);
  const orchestrator = createOrchestrator();
  expectTypeOf(orchestrator.start(graph, { files: [] })).toEqualTypeOf<Run<State>>();
  // @ts-expect-error files are missing
  orchestrator.start(graph, {});
  // @ts-expect-error no such node
  graph.addEdge('read', 'nowhere');
  // @ts-expect-error no such node
  graph.addConditionalEdges('read', () => 'nowhere');
});

it('refuses updates of fields that the state does not have', () => {
  const graph = new StateGraph({ state: State });
  // @ts-expect-error notes are texts
  graph.addNode('wrong', () => ({ notes: [1] }));
  graph.addNode('nothing', () => undefined);
  graph.addNode('nothing at all', () => {});
  graph.addNode('later', async () => ({ report: 'done' }));
});

it('takes a plain type in place of a schema', () => {
  const graph = new StateGraph<{ n: number; list?: string[] }>({ reducers: { list: append } }).addNode(
    'a',
    (state) => ({ n: state.n + 1 }),
  );
  const run = createOrchestrator().start(graph, { n: 1 });
  expectTypeOf(run.result).resolves.toEqualTypeOf<{ n: number; list?: string[] }>();
});

it('types what functions of a run return', () => {
  const run = createOrchestrator().run('essay', (ctx) => ctx.task('one', async () => 7));
  expectTypeOf(run).toEqualTypeOf<Run<number>>();
});
