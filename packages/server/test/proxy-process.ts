import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once somebody listens; rejects when the proxy ended instead. */
function untilListening(port: number, proxy: ChildProcess, errors: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    proxy.once('error', reject);
    proxy.once('exit', (code) => {
      isOver = true;
      reject(new Error(`The proxy ended with ${String(code)}: ${errors()}`));
    });
    const knock = (): void => {
      if (isOver) return;
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', () => setTimeout(knock, 20));
    };
    knock();
  });
}

/**
 * Runs a proxy until it listens at a port.
 *
 * @returns ends it
 */
export async function startProxyProcess(
  command: readonly [program: string, ...args: string[]],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<() => Promise<void>> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilListening(port, child, () => errors);
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}
