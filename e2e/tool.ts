import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SCRIPT = at('../scripts/fleetglass.mjs');
const BIN = at('../packages/server/bin/fleetglass.js');

export interface ToolResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of `fleetglass` that goes on until it is ended. */
export interface RunningTool {
  readonly url: string;
  readonly output: () => string;
  end(): Promise<ToolResult>;
}

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const done = new Promise<ToolResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, done, text: () => stdout + stderr };
}

/** Builds what is out of date, as `npm run fleetglass` does. */
export async function buildTool(): Promise<void> {
  const { code, stdout, stderr } = await run(SCRIPT, ['--version'], {}).done;
  if (code !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
}

/** Runs a command to its end. */
export function runTool(...args: string[]): Promise<ToolResult> {
  return run(BIN, args, {}).done;
}

/** Starts a command that serves a page and resolves when it has said where. */
export async function startTool(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningTool> {
  const { child, done, text } = run(BIN, [...args, '--port', '0'], env);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      // A line of its own, or a field of a log in JSON.
      const found = /(?:^\s*|"url":")(http:\/\/[^\s"]+)(?:$|")/m.exec(text())?.[1];
      if (found) resolve(found);
    });
    void done.then(
      ({ code }) => reject(new Error(`fleetglass ended with ${String(code)}:\n${text()}`)),
      reject,
    );
  });
  return {
    url,
    output: text,
    end() {
      child.kill('SIGTERM');
      return done;
    },
  };
}
