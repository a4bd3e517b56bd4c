import type { BrowserContext, Page } from 'playwright';
import { chromium } from 'playwright';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '@fleetglass/core/protocol';
import { encodeState } from '@fleetglass/core';
import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import { chromiumFlags } from '../scripts/lib/find-chromium.mjs';
import { CHROMIUM } from './chromium.js';
import { countConnections, familyOf, serveTab } from './tab-page.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp() {
  const host = createFakeHost();
  const connections = countConnections();
  const gateway = createGateway({ host, port: 0, heartbeatMs: 1_000, logger: connections.logger });
  await serveTab(gateway);
  await gateway.listen();
  cleanups.push(() => gateway.close());
  const server = await chromium.launchServer({
    ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
    args: chromiumFlags,
  });
  cleanups.push(() => server.close());
  const browser = await chromium.connect(server.wsEndpoint());
  const context = await browser.newContext();
  const cursor = encodeCursor({ epoch: host.log.epoch, seq: 0 });
  const openTab = async (query: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${gateway.url}/tab?cursor=${encodeURIComponent(cursor)}&${query}`);
    return page;
  };
  const { pid = 0 } = server.process();
  return { host, connections, openTab, context, pid };
}

/** Writes `count` events, so many at a time. */
async function write(host: FakeHost, count: number, atOnce = 100): Promise<void> {
  for (let written = 0; written < count; written += atOnce) {
    await host.append(
      ...Array.from({ length: Math.min(atOnce, count - written) }, (_, index) => ({
        type: 'log.written' as const,
        runId: 'a',
        data: { level: 'info' as const, message: `line ${written + index}` },
      })),
    );
  }
}

const reached = async (page: Page, seq: number): Promise<void> => {
  await page.waitForFunction((wanted) => window.tab?.head() === wanted, seq, {
    polling: 50,
    timeout: 60_000,
  });
};

/** The page was given every event once, in order, and shows what the log says. */
async function expectWhole(page: Page, host: FakeHost): Promise<void> {
  const head = host.log.head();
  await reached(page, head);
  const { seqs, state, restarts } = await page.evaluate(
    () =>
      window.tab?.facts() as never as {
        seqs: number[];
        state: unknown;
        restarts: number;
      },
  );
  expect(restarts).toBe(0);
  expect(seqs).toEqual(Array.from({ length: head }, (_, index) => index + 1));
  expect(state).toEqual(encodeState((await host.log.stateAt(head, {})).state));
}

/** The one tab that has a connection. */
async function leaderOf(pages: readonly Page[]): Promise<Page> {
  const leading = await Promise.all(pages.map((page) => page.evaluate(() => window.tab?.leads() === true)));
  expect(leading.filter(Boolean)).toHaveLength(1);
  return pages[leading.indexOf(true)] as Page;
}

/**
 * Stops a page between two statements: no timer of it runs and nothing that it is told is heard, while its browser goes
 * on. `Page.setWebLifecycleState` does nothing in a Chromium without a window.
 *
 * @param stir makes the page run something, so that there is a statement to stop at
 * @returns lets it go on
 */
async function halt(
  context: BrowserContext,
  page: Page,
  stir: () => Promise<unknown>,
): Promise<() => Promise<void>> {
  const session = await context.newCDPSession(page);
  const paused = new Promise<void>((resolve) => session.once('Debugger.paused', () => resolve()));
  await session.send('Debugger.enable');
  await session.send('Debugger.pause');
  await stir();
  await paused;
  return async () => {
    await session.send('Debugger.disable');
    await session.detach();
  };
}

describe.skipIf(!CHROMIUM)('a browser that sleeps', () => {
  it.each(['webSocket', 'sse'])('has missed nothing when its page goes on, by %s', async (by) => {
    const { host, connections, openTab, context } = await setUp();
    await write(host, 50);
    const page = await openTab(`by=${by}`);
    await reached(page, 50);
    const goOn = await halt(context, page, () => write(host, 1));
    await write(host, 10_000);
    const wokenAt = performance.now();
    await goOn();
    await expectWhole(page, host);
    console.log(
      `${by}: 10,000 events while the page was halted, ${Math.round(performance.now() - wokenAt)} ms`,
    );
    await connections.reach(1);
  });

  it.each(['webSocket', 'sse'])('has missed nothing when its processes go on, by %s', async (by) => {
    const { host, connections, openTab, pid } = await setUp();
    await write(host, 50);
    const page = await openTab(`by=${by}`);
    await reached(page, 50);
    const family = await familyOf(pid);
    for (const member of family) process.kill(member, 'SIGSTOP');
    try {
      await write(host, 10_000);
      // The gateway hears nothing and lets go; a stream that only sends it keeps.
      if (by === 'webSocket') await connections.reach(0);
    } finally {
      for (const member of family.toReversed()) process.kill(member, 'SIGCONT');
    }
    const wokenAt = performance.now();
    await expectWhole(page, host);
    console.log(`${by}: 10,000 events after SIGSTOP, ${Math.round(performance.now() - wokenAt)} ms`);
    await connections.reach(1);
  });
});

describe.skipIf(!CHROMIUM)('twenty tabs of a browser', () => {
  it('have one event stream over HTTP/1.1, and another tab takes over from one that closes, is frozen or hangs', async () => {
    const { host, connections, openTab, context } = await setUp();
    await write(host, 10);
    const pages: Page[] = [];
    for (let i = 0; i < 20; i += 1) pages.push(await openTab('by=sse&shared'));
    for (const page of pages) await reached(page, 10);
    expect([connections.opened(), connections.open.size]).toEqual([1, 1]);

    await write(host, 100, 7);
    for (const page of pages) await expectWhole(page, host);

    const leader = await leaderOf(pages);
    const rest = pages.filter((page) => page !== leader);
    const closedAt = performance.now();
    await leader.close();
    await write(host, 100, 7);
    for (const page of rest) await reached(page, 210);
    console.log(`19 tabs live again after one closed: ${Math.round(performance.now() - closedAt)} ms`);
    expect([connections.opened(), connections.open.size]).toEqual([2, 1]);

    // What a browser tells a page before it freezes it.
    const frozen = await leaderOf(rest);
    const frozenAt = performance.now();
    await frozen.evaluate(() => document.dispatchEvent(new Event('freeze')));
    await write(host, 100, 7);
    for (const page of rest) if (page !== frozen) await reached(page, 310);
    console.log(`18 tabs live again after one was frozen: ${Math.round(performance.now() - frozenAt)} ms`);
    expect([connections.opened(), connections.open.size]).toEqual([3, 1]);
    await frozen.evaluate(() => document.dispatchEvent(new Event('resume')));
    await reached(frozen, 310);
    expect([connections.opened(), connections.open.size]).toEqual([3, 1]);

    // One that hangs is told nothing, and holds its lock and its connection.
    const hung = await leaderOf(rest);
    const hungAt = performance.now();
    const goOn = await halt(context, hung, () => write(host, 1));
    await write(host, 99, 7);
    for (const page of rest) if (page !== hung) await reached(page, 410);
    console.log(`18 tabs live again after one hung: ${Math.round(performance.now() - hungAt)} ms`);
    await goOn();
    await write(host, 100, 7);
    for (const page of rest) await expectWhole(page, host);
    await connections.reach(1);
    expect(connections.opened()).toBe(4);
  });
});
