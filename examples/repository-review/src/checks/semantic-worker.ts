import { parentPort } from 'node:worker_threads';
import { systemClock } from '@fleetglass/core';
import { createInlineSemanticChecker } from './inline-semantic-checker.js';
import { notRun } from './finding.js';
import type { SemanticRequest } from './semantic-checker.js';
import type { WorkerAnswer, WorkerRequest } from './worker-semantic-checker.js';

const checker = createInlineSemanticChecker(systemClock);
const never = new AbortController().signal;

/** Session whose other files are being checked ahead of the requests for them. */
let ahead: string | undefined;

/** While nobody asks, the projects of the files that will be asked for are loaded, one a turn. */
function checkAhead(request: SemanticRequest, index: number): void {
  const path = request.alongside[index];
  if (ahead !== request.session || path === undefined) return;
  void checker
    .check({ ...request, path }, never)
    .catch(() => undefined)
    .then(() => setImmediate(checkAhead, request, index + 1));
}

parentPort?.on('message', ({ id, request }: WorkerRequest) => {
  void checker
    .check(request, never)
    .catch(() => notRun('TypeScript could not check the types'))
    .then((result) => {
      parentPort?.postMessage({ id, result } satisfies WorkerAnswer);
      if (ahead === request.session) return;
      ahead = request.session;
      setImmediate(checkAhead, request, 0);
    });
});
