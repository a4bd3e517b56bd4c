import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Answer, Inspection, ProgramOptions, Question, Ready } from './messages.js';

export interface ServerProcessOptions extends Partial<Omit<ProgramOptions, 'life'>> {
  readonly port: number;
  readonly file: string;
  readonly journal: string;
  readonly seed: number;
}

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The server under test, in a process of its own. */
export interface ServerProcess {
  /** Number of its life, from 1. */
  readonly life: number;
  /** Epoch and end of the log when this life began. */
  readonly begun: Ready['ready'];
  ask(question: Exclude<Question, { readonly ask: 'inspect' | 'memory' }>): Promise<unknown>;
  inspect(kind?: 'inspect' | 'memory'): Promise<Inspection>;
  /** Ends it by a signal and resolves when the process is gone. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Stops it in the middle of what it does, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** A new life over the same file, after {@link ServerProcess.kill}. */
  restart(changes?: Partial<ServerProcessOptions>): Promise<void>;
  /** Ends it in good order. */
  close(): Promise<void>;
}

/**
 * @param program the bundled server
 * @param nodeFlags for example `--expose-gc`
 */
export async function startServer(
  program: string,
  options: ServerProcessOptions,
  nodeFlags: readonly string[] = [],
): Promise<ServerProcess> {
  let settings: ProgramOptions = {
    proxies: [],
    life: 0,
    heartbeatMs: 500,
    skewMs: 0,
    eventsPerSecond: 500,
    limits: {},
    rateLimits: {},
    ...options,
  };
  let child: ChildProcess | undefined;
  let gone: Promise<void> = Promise.resolve();
  let begun: Ready['ready'] = { head: 0, epoch: '' };
  let questions = 0;
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();

  const start = async (): Promise<void> => {
    settings = { ...settings, life: settings.life + 1, seed: settings.seed + 1 };
    const started = spawn(
      process.execPath,
      ['--no-warnings', ...nodeFlags, program, JSON.stringify(settings)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    child = started;
    gone = new Promise((resolve) => {
      started.on('close', () => {
        for (const { reject } of waiting.values()) reject(new Error('The server under test is gone.'));
        waiting.clear();
        resolve();
      });
    });
    begun = await new Promise<Ready['ready']>((resolve, reject) => {
      started.on('message', (message: Ready | Answer) => {
        if ('ready' in message) {
          resolve(message.ready);
          return;
        }
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === undefined) asked?.resolve(message.answer);
        else asked?.reject(new Error(message.error));
      });
      started.on('close', (code, signal) =>
        reject(new Error(`The server under test did not start: ${signal ?? code}`)),
      );
    });
  };

  const ask = (question: Question): Promise<unknown> =>
    new Promise((resolve, reject) => {
      questions += 1;
      waiting.set(questions, { resolve, reject });
      child?.send({ id: questions, question }, (error) => {
        if (error) reject(error);
      });
    });

  await start();
  return {
    get life() {
      return settings.life;
    },
    get begun() {
      return begun;
    },
    ask,
    inspect: (kind = 'inspect') => ask({ ask: kind }) as Promise<Inspection>,
    async kill(signal = 'SIGKILL') {
      child?.kill(signal);
      await gone;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async restart(changes = {}) {
      settings = { ...settings, ...changes };
      await start();
    },
    async close() {
      await ask({ ask: 'close' });
      await gone;
    },
  };
}
