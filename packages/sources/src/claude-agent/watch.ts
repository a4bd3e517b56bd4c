import { createId, systemClock, systemRandom } from '@fleetglass/core';
import { isRecord } from '../lib/guards.js';
import { outcomeOf } from '../lib/live-run.js';
import type { LiveOptions } from '../lib/live-target.js';
import { createLiveTarget } from '../lib/live-target.js';
import { createSession } from './session.js';

/** What a watched agent reports to, and what it was asked. */
export type WatchOptions = LiveOptions & {
  /** Id of the run. @default a new one */
  readonly runId?: string;
  /** What the agent was asked, which the SDK does not repeat: the run's title, input and first message. */
  readonly prompt?: string;
};

/**
 * Shows what a query of the Claude Agent SDK does while its messages are read, and hands on each of them unchanged:
 * turns as tasks, sub-agents, calls of the model (while they run, where the query includes partial messages), tools,
 * files, compaction and costs. A call counts once however often messages repeat it; of the result's sums counts only
 * what no message told. The query's own methods stay available. Nothing here throws into the query or waits.
 *
 * @example
 * for await (const message of watch(query({ prompt }), { store, prices, prompt })) …
 */
export function watch<Query extends AsyncIterable<unknown>>(query: Query, options: WatchOptions): Query {
  const { clock = systemClock, random = systemRandom, prompt } = options;
  const target = createLiveTarget(options);
  const session = createSession({
    target,
    runId: options.runId ?? createId('run', clock, random),
    prompt,
    now: () => clock.now(),
  });
  const take = target.guard((message: unknown) => {
    if (isRecord(message)) session.take(message);
  });
  const end = target.guard(session.end);

  function watched(iterator: AsyncIterator<unknown>): AsyncIterableIterator<unknown> {
    const look = async (step: Promise<IteratorResult<unknown>>): Promise<IteratorResult<unknown>> => {
      let result: IteratorResult<unknown>;
      try {
        result = await step;
      } catch (error) {
        end(outcomeOf(error));
        throw error;
      }
      if (result.done === true) end();
      else take(result.value);
      return result;
    };
    const itself: AsyncIterableIterator<unknown> = {
      next: (...args) => look(iterator.next(...args)),
      return: (value) => look(iterator.return?.(value) ?? Promise.resolve({ done: true, value: undefined })),
      throw: (error) => look(iterator.throw?.(error) ?? Promise.reject(error as Error)),
      [Symbol.asyncIterator]: () => itself,
    };
    return itself;
  }

  let reading: AsyncIterableIterator<unknown> | undefined;
  const iterate = () => (reading ??= watched(query[Symbol.asyncIterator]()));
  return new Proxy(query, {
    get(target, name) {
      if (name === Symbol.asyncIterator) return iterate;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'next' || name === 'return' || name === 'throw') return iterate()[name]?.bind(reading);
      return value.bind(target) as unknown;
    },
  });
}
