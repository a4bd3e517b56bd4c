import { Worker } from 'node:worker_threads';
import type { CheckResult } from './finding.js';
import { notRun } from './finding.js';
import type { SemanticChecker, SemanticRequest } from './semantic-checker.js';

export interface WorkerRequest {
  readonly id: number;
  readonly request: SemanticRequest;
}

export interface WorkerAnswer {
  readonly id: number;
  readonly result: CheckResult;
}

/** Memory of the worker, in MB: a project that needs more costs us its types, not the process. */
const MAX_MEMORY_MB = 1536;

/** Checks in a thread of its own: loading a project takes seconds in which the gateway must go on answering. */
export function createWorkerSemanticChecker(): SemanticChecker {
  const waiting = new Map<number, (result: CheckResult) => void>();
  let worker: Worker | undefined;
  let lastId = 0;

  const giveUp = (): void => {
    worker = undefined;
    const abandoned = [...waiting.values()];
    waiting.clear();
    for (const resolve of abandoned) resolve(notRun('TypeScript needed too much memory or stopped'));
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./semantic-worker.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
    });
    started.unref();
    started.on('message', ({ id, result }: WorkerAnswer) => {
      waiting.get(id)?.(result);
      waiting.delete(id);
    });
    started.on('error', () => undefined);
    started.on('exit', giveUp);
    return started;
  };

  return {
    check: (request, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        worker ??= start();
        lastId += 1;
        const id = lastId;
        const onAbort = (): void => {
          waiting.delete(id);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.set(id, (result) => {
          signal.removeEventListener('abort', onAbort);
          resolve(result);
        });
        worker.postMessage({ id, request } satisfies WorkerRequest);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}
