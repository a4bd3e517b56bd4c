import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSources } from '../../../../scripts/lib/bundle-sources.mjs';
import type { RunningApplication } from './applications.js';
import { OWN_ANSWER } from './paths.js';

const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
/** A machine that is busy with other work is slow, not unable. */
const START_LIMIT_MS = 50_000;

/** Why Next.js does not run on this machine; nothing of ours has been asked then. */
export interface NextTrouble {
  readonly trouble: string;
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "private": true, "type": "module" }',
  // The modules lie elsewhere, behind a link.
  'next.config.js': "export default { turbopack: { root: '/' } };",
  'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;',
  'app/own/route.js': `export const GET = () => new Response(${JSON.stringify(OWN_ANSWER)});`,
  'app/fleet/[[...path]]/route.js': "export * from '../../../routes.mjs';",
};

/**
 * Starts a Next.js application in a folder of its own, in development mode, which is ready in seconds where a build takes
 * a minute. Its route `/own` is none of ours: where that does not answer, Next.js itself cannot run here.
 *
 * @param routes module whose exports are the handlers of everything below `/fleet`
 */
export async function startNext(routes: string): Promise<RunningApplication | NextTrouble> {
  const bin = findNext();
  if (bin === undefined) return { trouble: 'next is not installed' };
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-next-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'), 'junction');
  await bundleSources(routes, join(folder, 'routes.mjs'));

  const child = spawn(process.execPath, [bin, 'dev', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // It has children of its own, which end with their group.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const close = async (): Promise<void> => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };

  let said = '';
  const announced = new Promise<string | undefined>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        said += part.toString();
        const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (origin !== undefined) resolve(origin);
      });
    }
    child.on('error', (error) => (said += error.message));
    void gone.then(() => resolve(undefined));
    AbortSignal.timeout(START_LIMIT_MS).addEventListener('abort', () => resolve(undefined));
  });
  const origin = await announced;
  const own = origin === undefined ? undefined : await fetch(`${origin}/own`).catch(() => undefined);
  if (origin !== undefined && own?.status === 200) return { origin, close };
  await close();
  return { trouble: said.trim() || 'it said nothing' };
}

function findNext(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('next/dist/bin/next');
  } catch {
    return undefined;
  }
}
