import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { createId, createOrchestrator, FleetglassError, systemClock, systemRandom } from '@fleetglass/core';
import { createSqliteStore, isProcessGone, processOwner } from '@fleetglass/server';
import { createPrices } from '@fleetglass/sources/prices';
import type { Actor, EventType } from '@fleetglass/core/protocol';
import { createWorkerSemanticChecker } from './checks/worker-semantic-checker.js';
import { chooseModel } from './models.js';
import { servePage } from './page-server.js';
import { createReviewCommands } from './review-commands.js';
import { createReviewGraph, GRAPH_NAME } from './review/graph.js';
import type { ReviewInput } from './review/state.js';
import { createSeededRandom } from './seeded-random.js';

export interface ReviewOptions extends ReviewInput {
  /** Folder of the event log and the reports. */
  readonly data: string;
  readonly port: number;
  /** Milliseconds for which a run asks before it publishes its report; 0: it does not ask. */
  readonly askMs: number;
  readonly budgetUsd: number;
  readonly seed: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told in a line when a run ends or asks something. */
  readonly say: (line: string) => void;
}

/** A started program; `close` ends it and leaves unfinished runs for the next start. */
export interface Application {
  readonly url: string;
  /** Lines for the person who started it. */
  readonly greeting: readonly string[];
  /** Runs that would go on at the next start. */
  readonly unfinished: () => number;
  close(): Promise<void>;
}

/** Changes of a run that whoever started the program wants to hear of. */
const SAID: ReadonlySet<string> = new Set<EventType>([
  'run.paused',
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.stopped',
]);

/** Reviewers that work at the same time. */
const REVIEWERS = 4;

/**
 * Opens the log, serves the page, goes on with what a former process left unfinished, and otherwise starts a review.
 *
 * @throws FleetglassError `PORT_IN_USE`, `STORE_FAILED`, `SCHEMA_TOO_NEW`, or `BAD_INPUT` for an unusable data folder
 */
export async function startReview(options: ReviewOptions): Promise<Application> {
  const { dir, maxFiles, data, port, askMs, budgetUsd, seed, env, say } = options;
  await mkdir(data, { recursive: true }).catch((cause: unknown) => {
    throw new FleetglassError('BAD_INPUT', `The data folder ${data} cannot be made.`, { cause });
  });
  const store = createSqliteStore({ file: join(data, 'fleetglass.sqlite') });
  store.subscribe(({ events }) => {
    for (const { type, runId = '', data: told } of events) {
      if (SAID.has(type)) say(`Run ${runId} ${type.slice('run.'.length)}.`);
      // A question may hold what a model wrote; a line of the terminal it stays.
      if (type === 'approval.requested') say(`Run ${runId} asks: ${JSON.stringify(told['title'])}`);
    }
  });
  const semantic = createWorkerSemanticChecker();
  const orchestrator = createOrchestrator({
    store,
    prices: createPrices(),
    owner: processOwner(),
    isOwnerGone: isProcessGone,
    // What goes on is told to whoever started the program.
    recovery: 'manual',
  });

  const close = async (): Promise<void> => {
    await gateway?.close();
    await orchestrator.close();
    await semantic.close();
    await store.close();
  };

  const model = chooseModel({ env, clock: systemClock, createRandom: createSeededRandom, seed });
  const graph = createReviewGraph({
    ...model,
    semantic,
    reports: join(data, 'reports'),
    clock: systemClock,
    askMs,
    reviewers: REVIEWERS,
  });
  const input: ReviewInput = { dir, maxFiles };
  const runOptions = {
    labels: { folder: basename(dir) },
    budget: { usd: budgetUsd, warnAt: [0.5, 0.8], onLimit: 'ask' },
  } as const;
  orchestrator.register(GRAPH_NAME, (given) => ({ graph, input: given ?? input, options: runOptions }));

  const commands = createReviewCommands(orchestrator.host.commands, input, localActor());
  let gateway: Awaited<ReturnType<typeof servePage>> | undefined;
  try {
    gateway = await servePage({ ...orchestrator.host, commands }, port, {
      mode: 'review',
      subject: basename(dir),
      startName: GRAPH_NAME,
    });
    const { resumed, refused } = await orchestrator.recover();
    if (resumed.length === 0) {
      // As a command, because that is answered when the run has begun: what keeps it from beginning ends us too.
      const commandId = createId('cmd', systemClock, systemRandom);
      await commands.execute({ type: 'start', name: GRAPH_NAME, input }, { commandId });
    }
    return {
      url: gateway.url,
      greeting: [
        `Reviewing ${dir} with ${model.provider.simulated ? `a simulated model, priced as ${model.model}` : model.model}.`,
        ...resumed.map(({ id }) => `Run ${id} goes on where the last process left it.`),
        ...(resumed.length === 0 ? ['A run has started.'] : []),
        ...refused.map(({ runId, error }) => `Run ${runId} cannot go on: ${error.code}: ${error.message}`),
        `Reports and the event log are in ${data}.`,
      ],
      unfinished: () => orchestrator.size,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whoever sits at this machine. */
function localActor(): Actor {
  try {
    const { username } = userInfo();
    return { id: `local:${username}`, name: username };
  } catch {
    return { id: 'local', name: 'this machine' };
  }
}
