import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { follow, longPoll, sse, webSocket } from '@fleetglass/core';
import type { RemoteOptions, Transport } from '@fleetglass/core';
import { WebSocket } from 'ws';
import { APPLICATIONS } from './mounted/applications.js';
import type { Application } from './mounted/applications.js';
import { startNext } from './mounted/next-app.js';
import { BASE, OWN_ANSWER } from './mounted/paths.js';
import { createServedGateway, TOKEN } from './mounted/served-gateway.js';

const next = await startNext(fileURLToPath(new URL('mounted/next-routes.ts', import.meta.url)));
if ('trouble' in next) console.warn(`\nSkipped: Next.js does not start here. ${next.trouble}\n`);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  if ('close' in next) await next.close();
});

const overHttp: Readonly<Record<string, (options: RemoteOptions) => Transport>> = { sse, longPoll };
const overAll = { webSocket: (options: RemoteOptions) => webSocket({ ...options, WebSocket }), ...overHttp };

interface Place {
  readonly name: string;
  readonly transports: typeof overHttp;
  open(): Promise<string>;
}

const inProcess = ([name, start]: readonly [string, Application]): Place => ({
  name,
  transports: overAll,
  async open() {
    const handler = createServedGateway(BASE);
    cleanups.push(() => handler.close());
    const { origin, close } = await start(handler);
    cleanups.push(close);
    return origin;
  },
});

/** Every framework that there is an adapter for; route handlers of Next.js know no WebSocket. */
const PLACES: readonly Place[] = [
  ...Object.entries(APPLICATIONS).map(inProcess),
  ...('origin' in next
    ? [
        {
          name: 'Next.js',
          transports: overHttp,
          open: () => Promise.resolve(next.origin),
        },
      ]
    : []),
];

const authorization = `Bearer ${TOKEN}`;

async function post(url: string, ...events: object[]): Promise<void> {
  const response = await fetch(`${url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  expect(response.status).toBe(200);
}

const line = (runId: string, message: string) => ({
  type: 'log.written',
  runId,
  data: { level: 'info', message },
});

const CASES = PLACES.flatMap(({ name, transports, open }) =>
  Object.entries(transports).map(([carrier, connect]) => ({ name, carrier, connect, open })),
);

describe.each(CASES)('$carrier through $name, below a path', ({ carrier, connect, open }) => {
  it('brings what is there, then each event once while the connection stays open, and answers', async () => {
    const url = `${await open()}${BASE}`;
    // One Next.js serves several tests.
    const runId = `of ${carrier}`;
    await post(url, line(runId, 'before'));
    const transport = connect({ url: `${url}/api/v1/live`, token: TOKEN });
    cleanups.push(() => transport.close());
    const seen: unknown[] = [];
    let note = (): void => undefined;
    let starts = 0;
    const following = follow(
      transport,
      { filter: { runId } },
      {
        snapshot: () => {
          starts += 1;
          note();
        },
        events: ({ events }) => {
          seen.push(...events.map(({ data }) => data['message']));
          note();
        },
        error: (error) => {
          throw error;
        },
      },
    );
    cleanups.push(() => following.close());
    const until = async (isThere: () => boolean): Promise<void> => {
      while (!isThere()) await new Promise<void>((resolve) => (note = resolve));
    };

    await until(() => starts === 1);
    // Each is awaited before there is another one that could push it on.
    for (const message of ['one', 'two', 'three']) {
      await post(url, line(runId, message));
      await until(() => seen.at(-1) === message);
    }
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(starts).toBe(1);
    expect(transport.status).toMatchObject({ phase: 'open', carrier });

    const page = await transport.readRange({ from: 1, filter: { runId }, limit: 10 });
    expect(page.events.map(({ data }) => data['message'])).toEqual(['before', 'one', 'two', 'three']);
    const refused = await transport.command({ type: 'cancel', runId: 'nobody' }, `${carrier} cancels`);
    expect(refused).toMatchObject({ ok: false, error: { code: 'RUN_NOT_FOUND' } });
  });
});

describe.each(PLACES)('REST and streams through $name, below a path', ({ open }) => {
  it('answer, and leave the rest to the application', async () => {
    const origin = await open();
    const url = `${origin}${BASE}`;
    expect(await (await fetch(`${origin}/own`)).text()).toBe(OWN_ANSWER);
    const health = await fetch(`${url}/health`, { headers: { authorization } });
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const refused = await fetch(`${url}/api/v1/runs`);
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
    await post(url, { type: 'run.created', runId: 'of rest', data: { name: 'seen' } });
    const run = await fetch(`${url}/api/v1/runs/of%20rest`, { headers: { authorization } });
    expect([run.status, await run.json()]).toMatchObject([200, { name: 'seen' }]);
  });

  it('send an event stream as it comes, packed by nobody, and end it with its reader', async () => {
    const url = `${await open()}${BASE}`;
    const abort = new AbortController();
    const response = await fetch(`${url}/api/v1/events?runId=streamed`, {
      headers: { authorization, 'accept-encoding': 'gzip' },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('content-encoding')).toBeNull();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let said = '';
    const until = async (what: string): Promise<void> => {
      while (!said.includes(what)) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error(`The stream ended after: ${said}`);
        said += value;
      }
    };
    for (const message of ['first', 'second']) {
      await post(url, line('streamed', message));
      await until(`"${message}"`);
    }
    abort.abort();
  });
});
