import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetState } from '../projection/state.js';
import { createLog } from '../testing/log-builder.js';
import type { Append } from '../testing/log-builder.js';
import { graphOfShape, selectRunGraph } from './graph.js';
import { selectGraphNodes } from './graph-nodes.js';

const run = { runId: 'r' };
const shape = {
  nodes: [{ name: 'plan', agent: 'PLANNER' }, { name: 'review' }, { name: 'check/lint' }, { name: 'sum' }],
  edges: [
    { from: '__start__', to: 'plan' },
    { from: 'plan', to: 'review', conditional: true },
    { from: 'review', to: 'check/lint', join: true },
    { from: 'check/lint', to: 'plan', conditional: true },
    { from: 'check/lint', to: 'sum' },
    { from: 'sum', to: '__end__' },
  ],
};

function write(
  more: (append: Append, advance: (ms: number) => void) => void,
  created: object = { graph: shape },
) {
  const { events, append, advance } = createLog(0);
  append('run.created', run, { name: 'review', ...created });
  append('run.started', run, {});
  more(append, advance);
  return { state: reduce(emptyState(), events), events };
}

const edgeTexts = (state: FleetState): string[] =>
  (selectRunGraph(state, 'r')?.edges ?? []).map(
    ({ from, to, back }) => `${from} ${back ? '<-' : '->'} ${to}`,
  );

describe('the graph of a run', () => {
  it('is the declared one, with loops told from ways forward and subgraphs by their names', () => {
    const { nodes, edges, derived } = graphOfShape(shape);
    expect(derived).toBe(false);
    expect(nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ['__start__', 'start'],
      ['plan', 'node'],
      ['review', 'node'],
      ['check/lint', 'node'],
      ['sum', 'node'],
      ['__end__', 'end'],
    ]);
    expect(nodes[3]).toMatchObject({ group: 'check', name: 'lint' });
    expect(edges.filter(({ back }) => back).map(({ id }) => id)).toEqual(['check/lint→plan']);
  });

  it('holds what was taken besides, and keeps its identity while nothing new appears', () => {
    const { state } = write((append) => {
      append('edge.taken', run, { from: 'plan', to: 'sum' });
      append('edge.taken', run, { from: 'plan', to: 'surprise' });
    });
    expect(edgeTexts(state)).toContain('plan -> sum');
    expect(selectRunGraph(state, 'r')?.nodes.map(({ id }) => id)).toContain('surprise');
    const later = reduce(state, [
      { v: 1, seq: 90, time: 5, type: 'edge.taken', ...run, data: { from: 'plan', to: 'sum' } },
    ]);
    expect(later).not.toBe(state);
    expect(selectRunGraph(later, 'r')).toBe(selectRunGraph(state, 'r'));
  });

  it('is derived from tasks, agents and their parents where none was declared', () => {
    const { state } = write((append) => {
      append('agent.joined', { ...run, agentId: 'lead' }, { name: 'lead' });
      append('agent.joined', { ...run, agentId: 'helper' }, { name: 'helper', parentAgentId: 'lead' });
      append('agent.joined', { ...run, agentId: 'idle' }, { name: 'idle', parentAgentId: 'helper' });
      append('task.created', { ...run, agentId: 'lead', taskId: 't1' }, { name: 'Lead' });
      append(
        'task.created',
        { ...run, agentId: 'helper', taskId: 't2' },
        { name: 'Help', parentTaskId: 't1' },
      );
      append(
        'task.created',
        { ...run, agentId: 'helper', taskId: 't3' },
        { name: 'Help more', parentTaskId: 't2' },
      );
    }, {});
    expect(selectRunGraph(state, 'r')?.derived).toBe(true);
    expect(edgeTexts(state)).toEqual(['lead -> helper', 'helper -> idle']);
  });

  it('reads the ends of an edge whose names hold an arrow', () => {
    const nodes = [{ name: 'a→b' }, { name: 'c' }];
    const { state } = write((append) => append('edge.taken', run, { from: 'a→b', to: 'c' }), {
      graph: { nodes, edges: [] },
    });
    expect(edgeTexts(state)).toEqual(['a→b -> c']);
  });

  it('survives any edges, and without its loops leads back nowhere', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', '__start__', '__end__', '', '→');
    const edges = fc.array(fc.record({ from: name, to: name }), { maxLength: 30 });
    fc.assert(
      fc.property(edges, (taken) => {
        const graph = graphOfShape({ nodes: [], edges: taken });
        const targets = new Map<string, string[]>();
        for (const { from, to, back } of graph.edges) {
          if (!back) targets.set(from, [...(targets.get(from) ?? []), to]);
        }
        const reaches = (from: string, wanted: string, seen = new Set<string>()): boolean =>
          (targets.get(from) ?? []).some(
            (to) => to === wanted || (!seen.has(to) && reaches(to, wanted, seen.add(to))),
          );
        for (const { id } of graph.nodes) expect(reaches(id, id)).toBe(false);
      }),
    );
  });

  it('follows a chain that is deeper than the stack', () => {
    const edges = Array.from({ length: 30_000 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` }));
    expect(graphOfShape({ nodes: [], edges }).edges.some(({ back }) => back)).toBe(false);
  });
});

describe('the state of a node', () => {
  const branch = (append: Append, index: number) => {
    const scope = { ...run, taskId: `b${index}`, agentId: 'REVIEWER' };
    append('task.created', scope, { name: `b${index}`, node: 'review', branch: { index, of: 12 } });
    append('task.started', scope, { attempt: 1 });
    append('usage.recorded', scope, {
      usage: { inputTokens: 10, outputTokens: 1 },
      cost: { nanoUsd: 5, basis: 'list' },
    });
    return () => append('task.completed', scope, {});
  };

  it('sums a fan-out and says how much of it is done', () => {
    const { state } = write((append) => {
      const [first, second] = [branch(append, 0), branch(append, 1)];
      branch(append, 2);
      first();
      second();
    });
    expect(selectGraphNodes(state, 'r').get('review')).toMatchObject({
      status: 'running',
      done: 2,
      of: 12,
      fanOut: true,
      iterations: 1,
      tokens: 33,
      agents: ['REVIEWER'],
      cost: { nanoUsd: 15 },
    });
  });

  it('counts iterations of a loop, and is over when the last one is', () => {
    const { state } = write((append, advance) => {
      for (const taskId of ['one', 'two', 'three']) {
        append('task.created', { ...run, taskId }, { name: taskId, node: 'plan' });
        append('task.started', { ...run, taskId }, { attempt: 1 });
        advance(40);
        append('task.completed', { ...run, taskId }, {});
      }
    });
    const plan = selectGraphNodes(state, 'r').get('plan');
    expect(plan).toMatchObject({
      status: 'completed',
      iterations: 3,
      of: 3,
      done: 3,
      startedAt: 0,
      endedAt: 120,
    });
    expect(selectGraphNodes(state, 'r').get('sum')).toBeUndefined();
  });

  it('keeps its identity while its own tasks do not change', () => {
    const { state } = write((append) => {
      append('task.created', { ...run, taskId: 'p' }, { name: 'p', node: 'plan' });
      branch(append, 0);
    });
    const before = selectGraphNodes(state, 'r');
    const later = reduce(state, [
      { v: 1, seq: 90, time: 5, type: 'task.completed', ...run, taskId: 'b0', data: {} },
    ]);
    const after = selectGraphNodes(later, 'r');
    expect(after.get('plan')).toBe(before.get('plan'));
    expect(after.get('review')).not.toBe(before.get('review'));
  });

  it('is done when what was cancelled at first was done later', () => {
    const { state } = write((append) => {
      append('agent.joined', { ...run, agentId: 'main' }, { name: 'Claude' });
      append('task.created', { ...run, taskId: 'a', agentId: 'main' }, { name: 'A' });
      append('task.cancelled', { ...run, taskId: 'a' }, {});
      append('task.created', { ...run, taskId: 'b', agentId: 'main' }, { name: 'B' });
      append('task.completed', { ...run, taskId: 'b' }, {});
    }, {});
    expect(selectGraphNodes(state, 'r').get('main')).toMatchObject({ status: 'completed', done: 2 });
    expect(selectRunGraph(state, 'r')?.nodes).toMatchObject([{ id: 'main', name: 'Claude' }]);
  });

  it('says first what matters most, and never ends before it began', () => {
    const { state } = write((append) => {
      append('task.created', { ...run, taskId: 'a' }, { name: 'a', node: 'sum' });
      append('task.started', { ...run, taskId: 'a' }, { attempt: 1 });
      append('task.failed', { ...run, taskId: 'a' }, { attempt: 1, error: { code: 'X', message: 'x' } });
      append('task.created', { ...run, taskId: 'b' }, { name: 'b', node: 'sum' });
      append('task.completed', { ...run, taskId: 'b' }, {});
    });
    expect(selectGraphNodes(state, 'r').get('sum')).toMatchObject({ status: 'failed', failed: 1 });
  });
});
