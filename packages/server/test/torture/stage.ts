import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fallback, longPoll, sse, systemClock, webSocket } from '@fleetglass/core';
import type { Clock, Random, Transport } from '@fleetglass/core';
import { createSeededRandom } from '@fleetglass/core/testing';
import type { Filter } from '@fleetglass/core/protocol';
import { WebSocket } from 'ws';
import { bundleProgram } from '../faults/bundle-program.js';
import { compare } from './compare.js';
import type { StartedRun } from './compare.js';
import { JOB } from './job.js';
import type { Inspection } from './messages.js';
import type { ReportBuilder } from './report.js';
import { addCounts, mostOf } from './report.js';
import { freePort, startServer } from './server-process.js';
import type { ServerProcess, ServerProcessOptions } from './server-process.js';
import { createViewer } from './viewer.js';
import type { Viewer } from './viewer.js';
import { AGENTS, RECORDED_RUNS, TASKS, THREADS } from './writer.js';

/** What viewers ask for, each in its turn. */
const FILTERS: readonly Filter[] = [
  {},
  { runId: RECORDED_RUNS[0] },
  { threadId: THREADS[1] },
  { types: ['run', 'task'] },
  { runId: RECORDED_RUNS[1], agentId: AGENTS[0] },
  { runId: RECORDED_RUNS[2], taskId: TASKS[1] },
  { types: ['message.delta', 'log'] },
  {},
  { runId: RECORDED_RUNS[3], types: ['usage', 'log.written'] },
];

/** How long everything may take to become whole again, once nothing disturbs it. */
const CALM_MS = 60_000;
/** All viewers are not looked at more often: with thousands of them each change would cost more than what changed. */
const LOOK_EVERY_MS = 20;

/** More viewers than these arrive after each other. */
const ARRIVING_TOGETHER = 250;

/** What a scenario is given. */
export interface Scene {
  readonly seed: number;
  /** How long it may go on; it finishes what it has begun, and a small round whatever its time. */
  readonly budgetMs: number;
  /** The bundled server under test. */
  readonly program: string;
  readonly report: ReportBuilder;
  /** Viewers of the reconnect storm. */
  readonly viewers: number;
  /** Rounds of a few faults, as many on any machine, and shorter waits: for machines that check every change. */
  readonly isSmall: boolean;
}

export interface StageOptions {
  readonly seed: number;
  readonly program: string;
  readonly viewers: number;
  readonly server?: Partial<ServerProcessOptions>;
  readonly nodeFlags?: readonly string[];
  /** Port that viewers connect to instead of the server's own. */
  readonly through?: (serverPort: number) => Promise<number>;
  /** What they ask for, each in its turn. @default some of every kind */
  readonly filters?: readonly Filter[];
  /** @default WebSocket, event stream, long poll and a chain of them, each in its turn */
  readonly transport?: (url: string, random: Random, index: number) => Transport;
}

/** A server under test with viewers who watch it, and one who gives commands. */
export interface Stage {
  readonly server: ServerProcess;
  readonly viewers: readonly Viewer[];
  readonly folder: string;
  /** Where viewers connect. */
  readonly port: number;
  readonly random: Random;
  /** Starts a run by a command, again and again until it is acknowledged. */
  command(): void;
  /** Resolves when it holds; rejects after a minute, saying what was waited for. */
  until(what: () => string | undefined): Promise<void>;
  /** Resolves when every viewer has come to the end of the log as it is now. */
  caughtUp(head: number): Promise<void>;
  /**
   * Lets everything come to rest, compares every viewer with the log, and counts what was noticed.
   *
   * @param calm ends all faults, once nothing is written any more
   */
  finish(report: ReportBuilder, calm?: () => Promise<void> | void): Promise<Inspection>;
  /** Ends whatever is left of it. */
  dispose(): Promise<void>;
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Between `from` and `to`, small ones more often: each order of magnitude is as likely. */
export const logUniform = (random: Random, from: number, to: number): number =>
  from * (to / from) ** random();

/** Lets timers run ten times as fast, so that viewers come back between faults that follow each other quickly. */
export const hurriedClock: Clock = {
  ...systemClock,
  setTimeout: (callback, delayMs, options) => systemClock.setTimeout(callback, delayMs / 10, options),
};

export const overWebSocket = (url: string, random: Random, clock = hurriedClock): Transport =>
  webSocket({ url, WebSocket, random, clock, requestTimeoutMs: 100_000 });

/** Whatever carries it: each way in its turn. */
export function overEveryTransport(url: string, random: Random, index: number): Transport {
  const options = { url, random, clock: hurriedClock, requestTimeoutMs: 100_000 };
  switch (index % 4) {
    case 1:
      return sse(options);
    case 2:
      return longPoll(options);
    case 3:
      return fallback({ ...options, WebSocket });
    default:
      return webSocket({ ...options, WebSocket });
  }
}

/** @throws when nothing came of it for a minute */
async function withinMinute<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited a minute in vain: ${what}`)), CALM_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

let bundled: Promise<string> | undefined;
/** Bundles the server under test, once. */
export function serverProgram(): Promise<string> {
  bundled ??= bundleProgram('../torture/program', mkdtempSync(join(tmpdir(), 'fleetglass-torture-program-')));
  return bundled;
}

export async function createStage(options: StageOptions): Promise<Stage> {
  const { seed, transport = overEveryTransport, filters = FILTERS } = options;
  const random = createSeededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-torture-'));
  const [file, journal] = [join(folder, 'log.sqlite'), join(folder, 'journal.jsonl')];
  const serverPort = await freePort();
  const port = (await options.through?.(serverPort)) ?? serverPort;
  const server = await startServer(
    options.program,
    { file, journal, seed, port: serverPort, proxies: [port], ...options.server },
    options.nodeFlags,
  );
  const url = `http://127.0.0.1:${port}/api/v1/live`;
  const viewers: Viewer[] = [];
  const addViewer = (index: number): void => {
    const filter = filters[index % filters.length] as Filter;
    const viewer = createViewer({
      name: `viewer ${index} of ${JSON.stringify(filter)}`,
      transport: transport(url, random, index),
      filter,
      ...(index % 3 === 0 ? { fromStart: { epoch: server.begun.epoch } } : {}),
      withMonitor: index % 4 === 1,
      random,
      clock: hurriedClock,
    });
    viewers.push(viewer);
  };
  const commander = overWebSocket(`http://127.0.0.1:${serverPort}/api/v1/live`, random);
  const started: StartedRun[] = [];
  const commands = new Set<Promise<void>>();
  let commandsGiven = 0;
  let isDisposed = false;

  const give = async (commandId: string): Promise<void> => {
    const branches = 1 + Math.floor(random() * 4);
    const deadline = performance.now() + CALM_MS;
    while (!isDisposed) {
      // What is not known to be done is asked for again under its id.
      const result = await commander
        .command({ type: 'start', name: JOB, input: { branches, notes: [] } }, commandId)
        .catch((error: unknown) => ({ ok: false as const, error }));
      if (result.ok) {
        started.push({ commandId, runId: (result.result as { runId: string }).runId });
        return;
      }
      const refusal = result.error;
      if (performance.now() > deadline)
        throw new Error(`Command ${commandId} was refused for a minute: ${JSON.stringify(refusal)}`);
      await wait(20);
    }
  };

  const until = async (what: () => string | undefined): Promise<void> => {
    const deadline = performance.now() + CALM_MS;
    for (let missing = what(); missing !== undefined; missing = what()) {
      if (performance.now() > deadline) throw new Error(`Waited a minute in vain: ${missing}`);
      await wait(LOOK_EVERY_MS);
    }
  };

  // This process answers for all of them: thousands at once would take it longer than each of them waits for an answer.
  while (viewers.length < options.viewers) {
    const before = viewers.length;
    while (viewers.length < Math.min(options.viewers, before + ARRIVING_TOGETHER)) addViewer(viewers.length);
    if (viewers.length < options.viewers)
      await until(() => viewers.slice(before).find(({ isOpen }) => !isOpen)?.name);
  }

  const caughtUp = (head: number): Promise<void> =>
    until(() => {
      const late = viewers.find(
        ({ position, monitor }) => position < head || (monitor && monitor.getSnapshot().head < head),
      );
      return late && `${late.name} is at ${late.position} of ${head}`;
    });

  const dispose = async (): Promise<void> => {
    if (isDisposed) return;
    isDisposed = true;
    for (const viewer of viewers) viewer.close();
    commander.close();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  };

  return {
    server,
    viewers,
    folder,
    port,
    random,
    command() {
      commandsGiven += 1;
      const work = give(`${seed}-${commandsGiven}`).finally(() => commands.delete(work));
      commands.add(work);
    },
    until,
    caughtUp,
    async finish(report, calm = () => undefined) {
      try {
        while (commands.size > 0) await Promise.all(commands);
        await withinMinute(server.ask({ ask: 'quiesce' }), 'the runs of the server');
        await calm();
        const inspection = await server.inspect();
        await caughtUp(inspection.head).catch((error: unknown) => report.fail(String(error)));
        for (const viewer of viewers) addCounts(report.detected, viewer.noticed);
        await server.close();
        report.compared(await compare({ file, journal, viewers, started }));
        mostOf(report.measured, {
          mostBufferedBytes: inspection.peakBuffered,
          mostBufferedBytesInOneSocket: inspection.peakSocketBuffered,
        });
        return inspection;
      } finally {
        await dispose();
      }
    },
    dispose,
  };
}
