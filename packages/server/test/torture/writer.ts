import type { Clock, Random, Store } from '@fleetglass/core';
import type { EventDraft, EventScope } from '@fleetglass/core/protocol';

/** Runs that the writer records by itself, beside those of the orchestrator. */
export const RECORDED_RUNS = ['recorded-0', 'recorded-1', 'recorded-2', 'recorded-3'] as const;
export const AGENTS = ['ANALYST', 'REVIEWER'] as const;
export const THREADS = ['thread-0', 'thread-1'] as const;
export const TASKS = ['task-0', 'task-1', 'task-2'] as const;

export interface WriterOptions {
  readonly random: Random;
  readonly clock: Clock;
  /** Number of the server's life. */
  readonly life: number;
  readonly eventsPerSecond: number;
  /** Told after the store acknowledged. */
  readonly acknowledged: (from: number, to: number, name: string) => void;
}

/** Writes events of many kinds to a store for as long as it is let, and says what was acknowledged. */
export interface Writer {
  /** Appends that the store refused. */
  readonly refused: number;
  start(): void;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
  /** Writes so many events, each with so many bytes of text. */
  write(events: number, bytes: number): Promise<void>;
}

const LARGEST_BATCH = 20;

export function createWriter(store: Store, options: WriterOptions): Writer {
  const { random, clock, life, eventsPerSecond } = options;
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  let batches = 0;
  let refused = 0;
  let isStopped = true;
  const underWay = new Set<Promise<void>>();

  const scopeOf = (runId: string): EventScope => ({
    runId,
    threadId: THREADS[Number(runId.at(-1)) % THREADS.length] as string,
  });

  /** Everything of one task carries the same scope, its agent's too. */
  const taskOf = (scope: EventScope, taskId: (typeof TASKS)[number]): EventScope => ({
    ...scope,
    taskId,
    agentId: AGENTS[TASKS.indexOf(taskId) % AGENTS.length] as string,
  });

  const observed = (scope: EventScope, n: number, text: string): Omit<EventDraft, 'v' | 'time' | 'id'> => {
    const task = taskOf(scope, pick(TASKS));
    switch (n % 4) {
      case 0:
        return { ...task, type: 'log.written', data: { level: 'info', message: text } };
      case 1:
        return {
          ...task,
          type: 'message.delta',
          data: { messageId: `of ${task.taskId}`, kind: 'text', text },
        };
      case 2:
        return {
          ...task,
          type: 'usage.recorded',
          data: {
            usage: { inputTokens: n % 100, outputTokens: 7 },
            cost: { nanoUsd: n % 1_000, basis: 'list' },
          },
        };
      default:
        return { ...task, type: 'task.progress', data: { done: n % 50, total: 50, message: text } };
    }
  };

  /** First events of a life say what the others are about. */
  const introduction = (scope: EventScope): Omit<EventDraft, 'v' | 'time' | 'id'>[] => [
    { ...scope, type: 'run.created', data: { name: `Run ${scope.runId}` } },
    { ...scope, type: 'run.started', data: {} },
    ...AGENTS.map((agentId) => ({
      ...scope,
      agentId,
      type: 'agent.joined' as const,
      data: { name: agentId },
    })),
    ...TASKS.map((taskId) => ({
      ...taskOf(scope, taskId),
      type: 'task.created' as const,
      data: { name: taskId },
    })),
  ];

  const append = async (events: readonly Omit<EventDraft, 'v' | 'time' | 'id'>[]): Promise<void> => {
    batches += 1;
    const name = `${life}.${batches}`;
    const drafts = events.map((event, index) => ({
      ...event,
      v: 1,
      time: clock.now(),
      id: `${name}.${index}`,
    }));
    try {
      const { from, to } = await store.append(drafts);
      options.acknowledged(from, to, name);
    } catch {
      refused += 1;
    }
  };

  /** Lets it go on while others are under way, so that groups are committed together. */
  const begin = (events: readonly Omit<EventDraft, 'v' | 'time' | 'id'>[]): Promise<void> => {
    const work = append(events).finally(() => underWay.delete(work));
    underWay.add(work);
    return work;
  };

  const some = (count: number, bytes: number): Omit<EventDraft, 'v' | 'time' | 'id'>[] => {
    const scope = scopeOf(pick(RECORDED_RUNS));
    return Array.from({ length: count }, (_, index) =>
      observed(scope, batches * LARGEST_BATCH + index, `${life} ${batches} ${'x'.repeat(bytes)}`),
    );
  };

  const next = (): void => {
    if (isStopped) return;
    const count = 1 + Math.floor(random() * LARGEST_BATCH);
    void begin(some(count, Math.floor(random() * 200)));
    setTimeout(next, ((2 * random() * count) / eventsPerSecond) * 1_000);
  };

  return {
    get refused() {
      return refused;
    },
    start() {
      if (eventsPerSecond === 0) return;
      isStopped = false;
      if (store.head() === 0) for (const runId of RECORDED_RUNS) void begin(introduction(scopeOf(runId)));
      next();
    },
    async stop() {
      isStopped = true;
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async write(events, bytes) {
      for (let left = events; left > 0; left -= LARGEST_BATCH) {
        await begin(some(Math.min(left, LARGEST_BATCH), bytes));
      }
    },
  };
}
