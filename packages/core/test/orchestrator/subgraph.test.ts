import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import { END, send, START } from '../../src/orchestrator/graph/graph-definition.js';
import { StateGraph } from '../../src/orchestrator/graph/graph.js';
import { append } from '../../src/orchestrator/graph/reducer.js';
import { createHarness, dyingStore, settle } from './harness.js';

interface Inner {
  question: string;
  facts: string[];
  rounds?: number;
  answer?: string;
}

/** Looks `question` up twice, in parallel parts each time, then answers. */
const research = (ran: string[] = []) =>
  new StateGraph<Inner, { question: string; facts?: string[] }, string>({
    name: 'research',
    reducers: { facts: append },
  })
    .addNode('look', (state) => {
      ran.push(`look ${state.question}`);
      return { rounds: (state.rounds ?? 0) + 1 };
    })
    .addNode('part', (state: Inner & { part: string }) => {
      ran.push(`part ${state.part}`);
      return { facts: [`${state.question}.${state.part}`] };
    })
    .addNode('weigh', () => undefined)
    .addNode('answer', (state) => ({ answer: `${state.question}: ${state.facts.length} facts` }))
    .addEdge(START, 'look')
    .addConditionalEdges('look', () => ['x', 'y'].map((part) => send('part', { part })), [send('part')])
    .addJoin('part', 'weigh')
    .addConditionalEdges('weigh', (state) => ((state.rounds ?? 0) < 2 ? 'look' : 'answer'), [
      'look',
      'answer',
    ]);

interface Outer {
  topic: string;
  answers: string[];
  facts?: string;
  again?: number;
}

const asNode = {
  input: (state: Readonly<Outer>) => ({ question: state.topic, facts: [] }),
  output: (state: Readonly<Inner>) => ({ answers: [state.answer ?? ''] }),
};

const outer = (ran: string[] = []) =>
  new StateGraph<Outer, Partial<Outer>, string>({ name: 'outer', reducers: { answers: append } })
    .addNode('begin', () => ({ facts: 'mine' }))
    .addSubgraph('research', research(ran), asNode)
    .addNode('finish', (state) => ({ again: (state.again ?? 0) + 1 }))
    .addEdge(START, 'begin')
    .addEdge('begin', 'research')
    .addEdge('research', 'finish')
    .addConditionalEdges('finish', (state) => ((state.again ?? 0) < 2 ? 'research' : END), ['research', END]);

const input = { topic: 'sea', answers: [] };
const result = { topic: 'sea', facts: 'mine', answers: ['sea: 4 facts', 'sea: 4 facts'], again: 2 };

describe('a subgraph', () => {
  it('has a state of its own, begins anew each time it is reached, and gives back what it is asked for', async () => {
    const { orchestrator } = createHarness();
    expect(await orchestrator.start(outer(), input).result).toEqual(result);
  });

  it('shows its tasks under its own name', async () => {
    const { orchestrator, of } = createHarness();
    await orchestrator.start(outer(), input).result;
    const nodes = new Set((await of('task.created')).map(({ data }) => data.node));
    expect([...nodes]).toEqual([
      'begin',
      'research',
      'research/look',
      'research/part',
      'research/weigh',
      'research/answer',
      'research/end',
      'finish',
    ]);
    expect(
      outer()
        .describe()
        .nodes.map(({ name }) => name),
    ).toContain('research/part');
  });

  it('runs in every branch of a fan-out without meeting the others', async () => {
    const { orchestrator } = createHarness();
    const graph = new StateGraph<Outer, Partial<Outer>, string>({ reducers: { answers: append } })
      .addSubgraph('research', research(), asNode)
      .addConditionalEdges(START, () => ['a', 'b', 'c'].map((topic) => send('research', { topic })), [
        send('research'),
      ])
      .addJoin('research', END);
    const { answers } = await orchestrator.start(graph, input).result;
    expect(answers).toEqual(['a: 4 facts', 'b: 4 facts', 'c: 4 facts']);
  });

  it('may hold another one', async () => {
    const { orchestrator } = createHarness();
    const middle = new StateGraph<Outer, Partial<Outer>, string>({ reducers: { answers: append } })
      .addSubgraph('inner', research(), asNode)
      .addEdge(START, 'inner');
    const graph = new StateGraph<Outer, Partial<Outer>, string>({ reducers: { answers: append } })
      .addSubgraph('middle', middle, {
        input: ({ topic }) => ({ topic, answers: ['old'] }),
        output: ({ answers }) => ({ answers }),
      })
      .addEdge(START, 'middle');
    expect(await orchestrator.start(graph, input).result).toEqual({
      topic: 'sea',
      answers: ['old', 'sea: 4 facts'],
    });
  });

  it('goes on after a crash at any commit without repeating a finished task', async () => {
    const whole = createHarness();
    const run = whole.orchestrator.start(outer(), input);
    await run.result;
    const commits = (await whole.store.load(run.id))?.version ?? 0;
    for (let after = 1; after < commits; after += 1) {
      const disk = createMemoryStore();
      const ran: string[] = [];
      const first = createHarness({ store: dyingStore(disk, after), owner: 'one' });
      await first.orchestrator.start(outer(ran), input).result.catch(() => undefined);
      await settle();
      const heir = createHarness({ store: disk, owner: 'two', isOwnerGone: () => true });
      heir.orchestrator.register('outer', outer(ran));
      const { resumed } = await heir.orchestrator.recover();
      expect(await resumed[0]?.result).toEqual(result);
      // Four looks and eight parts; the tasks that the crash cut off run again.
      expect(ran.length).toBeLessThanOrEqual(12 + 2);
    }
  });

  it('is refused where it opens a group that nobody joins', () => {
    const inner = new StateGraph<Inner, Partial<Inner>, string>()
      .addNode('part', () => undefined)
      .addConditionalEdges(START, () => [send('part')], [send('part')]);
    const graph = new StateGraph<Outer, Partial<Outer>, string>()
      .addSubgraph('sub', inner, { input: () => ({}), output: () => ({}) })
      .addEdge(START, 'sub');
    expect(() => graph.compile()).toThrow("Subgraph 'sub' sends to 'part' and never joins it");
  });

  it('checks its input by its schema', async () => {
    const { orchestrator } = createHarness();
    const strict = new StateGraph<Inner, Inner, string>({
      state: {
        '~standard': {
          validate: () => ({ issues: [{ message: 'Expected a question', path: ['question'] }] }),
        },
      },
    })
      .addNode('n', () => undefined)
      .addEdge(START, 'n');
    const graph = new StateGraph<Outer, Partial<Outer>, string>()
      .addSubgraph('sub', strict, { input: () => ({ question: '', facts: [] }), output: () => ({}) })
      .addEdge(START, 'sub');
    await expect(orchestrator.start(graph, input).result).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('question: Expected a question') as string,
    });
  });
});
