import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ROOT = at('..');
const START = at('../scripts/start.mjs');
const MAIN = at('../examples/repository-review/dist/main.js');

/** Provider keys of the machine must not make a test pay. */
const ENVIRONMENT = {
  ...process.env,
  FLEETGLASS_SIMULATED: '1',
  INIT_CWD: ROOT,
  // What Node 22 says of its own SQLite is not what the product says.
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --disable-warning=ExperimentalWarning`.trim(),
};

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The started product. */
export interface Product {
  /** Address of the page. */
  readonly url: string;
  readonly output: () => string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Exit>;
}

function run(
  file: string,
  args: readonly string[],
): { child: ChildProcess; exit: Promise<Exit>; text: () => string } {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, exit, text: () => stdout + stderr };
}

/** Builds what is out of date, as `npm start` does. */
export async function build(): Promise<void> {
  const { code, stdout, stderr } = await run(START, ['--help']).exit;
  if (code !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
}

/** Runs the product to its end, for what ends by itself. */
export function runToEnd(...args: string[]): Promise<Exit> {
  return run(MAIN, args).exit;
}

/** Runs `npm start`'s own script to its end. */
export function startToEnd(...args: string[]): Promise<Exit> {
  return run(START, args).exit;
}

/** Starts the product and resolves when it has said where its page is. */
export async function startProduct(...args: string[]): Promise<Product> {
  const { child, exit, text } = run(MAIN, args);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /^\s*(http:\/\/\S+)$/m.exec(text())?.[1];
      if (found) resolve(found);
    });
    void exit.then(
      ({ code }) => reject(new Error(`The product ended with ${String(code)}:\n${text()}`)),
      reject,
    );
  });
  return {
    url,
    output: text,
    end(signal) {
      child.kill(signal);
      return exit;
    },
  };
}

/** A port that was free a moment ago, for what must be found again at the same address. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
