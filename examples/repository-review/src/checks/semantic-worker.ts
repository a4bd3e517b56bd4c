import { parentPort } from 'node:worker_threads';
import { systemClock } from '@fleetglass/core';
import { createInlineSemanticChecker } from './inline-semantic-checker.js';
import { notRun } from './finding.js';
import type { WorkerAnswer, WorkerRequest } from './worker-semantic-checker.js';

const checker = createInlineSemanticChecker(systemClock);
const never = new AbortController().signal;

parentPort?.on('message', ({ id, request }: WorkerRequest) => {
  void checker
    .check(request, never)
    .catch(() => notRun('TypeScript could not check the types'))
    .then((result) => parentPort?.postMessage({ id, result } satisfies WorkerAnswer));
});
