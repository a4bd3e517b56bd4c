import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Json } from '@fleetglass/core/protocol';
import type { Gateway, GatewayLogger } from '@fleetglass/server';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What a page tells of what it was given. */
export interface TabFacts {
  readonly phase: string;
  readonly head: number;
  /** Places of all events, in the order in which they came. */
  readonly seqs: readonly number[];
  readonly state: Json;
  readonly restarts: number;
}

declare global {
  interface Window {
    /** The state counts for equality, the places for repeats and gaps. */
    tab?: { head(): number; leads(): boolean; facts(): TabFacts };
  }
}

/** Runs in the page. It follows the log from its beginning, with the events themselves and with the state that they make. */
const SCRIPT = `
  import { createMonitor, encodeState, follow, sharedTabs, sse, webSocket } from '@fleetglass/core';
  const query = new URLSearchParams(location.search);
  let own;
  const connect = () => (own = (query.get('by') === 'sse' ? sse : webSocket)({ url: location.origin + '/api/v1/live' }));
  const transport = query.has('shared') ? sharedTabs({ name: 'e2e', transport: connect }) : connect();
  const monitor = createMonitor({ transport });
  monitor.subscribe(() => {});
  const seqs = [];
  let restarts = 0;
  follow(transport, { filter: {}, cursor: query.get('cursor') }, {
    snapshot: () => { restarts += 1; },
    events: ({ events }) => { for (const { seq } of events) seqs.push(seq); },
    error: (error) => { throw error; },
  });
  window.tab = {
    head: () => Math.min(monitor.getSnapshot().head, seqs.at(-1) ?? 0),
    leads: () => own?.status.phase === 'open',
    facts: () => {
      const { head, live, connection } = monitor.getSnapshot();
      return { phase: connection.phase, head, seqs, state: encodeState(live), restarts };
    },
  };
`;

/** Serves the page at `/tab` of a gateway. */
export async function serveTab(gateway: Gateway): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: at('.'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    alias: { '@fleetglass/core': at('../packages/core/src/index.ts') },
  });
  const script = outputFiles[0]?.text ?? '';
  const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/tab.js"></script>';
  gateway.app.get('/tab', (context) => context.html(html));
  gateway.app.get('/tab.js', (context) => context.body(script, 200, { 'content-type': 'text/javascript' }));
}

/** Live connections of a gateway, by its own log. */
export function countConnections(): {
  readonly logger: GatewayLogger;
  readonly open: ReadonlySet<number>;
  readonly opened: () => number;
  /** Resolves when as many are open. */
  reach(count: number): Promise<void>;
} {
  const open = new Set<number>();
  let opened = 0;
  let changed = (): void => undefined;
  const info = (fields: object, message: string): void => {
    const { connection } = fields as { readonly connection?: number };
    if (connection === undefined) return;
    if (message === 'live connection opened') {
      opened += 1;
      open.add(connection);
    } else open.delete(connection);
    changed();
  };
  return {
    logger: { debug: info, info, warn: info, error: info },
    open,
    opened: () => opened,
    async reach(count) {
      while (open.size !== count) await new Promise<void>((resolve) => (changed = resolve));
    },
  };
}

/** A process and all that descend from it. */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const families = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => familyOf(Number(child))),
  );
  return [pid, ...families.flat()];
}
