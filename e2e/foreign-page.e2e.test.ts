import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeHost } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import { createGateway } from '@fleetglass/server';
import type { Gateway } from '@fleetglass/server';
import { CHROMIUM, launchChromium } from './chromium.js';

/** What a page got of everything that it tried. */
interface Loot {
  readonly read: string;
  readonly opaque: string;
  readonly posted: string;
  readonly stream: readonly string[];
  readonly frames: readonly string[];
  readonly closed: string;
  readonly script: boolean;
}

/** Runs in the page: tries everything that pages can do without being asked. */
async function plunder(gateway: string): Promise<Loot> {
  const attempt = (init: RequestInit, path = '/api/v1/runs'): Promise<string> =>
    fetch(gateway + path, init).then(
      async (answer) => `${answer.type} ${(await answer.text()).length > 0 ? 'bytes' : 'nothing'}`,
      () => 'refused',
    );
  const cancel = '/api/v1/runs/a/cancel';
  const read = await attempt({});
  const opaque = await attempt({ mode: 'no-cors' });
  await attempt(
    { mode: 'no-cors', method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } },
    cancel,
  );
  await attempt({ mode: 'no-cors', method: 'POST' }, cancel);
  const posted = await attempt(
    { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
    cancel,
  );

  const stream: string[] = [];
  await new Promise<void>((resolve) => {
    const source = new EventSource(`${gateway}/api/v1/live/sse`);
    source.onmessage = ({ data }) => {
      stream.push(String(data));
      source.close();
      resolve();
    };
    source.onerror = () => {
      source.close();
      resolve();
    };
  });

  const frames: string[] = [];
  const closed = await new Promise<string>((resolve) => {
    const socket = new WebSocket(`${gateway.replace('http', 'ws')}/api/v1/live`);
    socket.onopen = () => socket.send('{"frame":"subscribe","id":"s","filter":{}}');
    socket.onmessage = ({ data }) => {
      frames.push(String(data));
      socket.close();
    };
    socket.onclose = ({ code, reason }) => resolve(`${String(code)} ${reason}`);
  });

  const script = await new Promise<boolean>((resolve) => {
    const element = document.createElement('script');
    element.src = `${gateway}/api/v1/runs`;
    element.onload = () => resolve(true);
    element.onerror = () => resolve(false);
    document.head.append(element);
  });

  const form = document.createElement('form');
  const frame = document.createElement('iframe');
  frame.name = 'target';
  const isAnswered = new Promise<void>((resolve) => {
    document.body.append(frame);
    frame.onload = () => resolve();
  });
  form.method = 'post';
  form.action = gateway + cancel;
  form.target = 'target';
  document.body.append(form);
  form.submit();
  await isAnswered;
  return { read, opaque, posted, stream, frames, closed, script };
}

describe.skipIf(!CHROMIUM)('a page of another origin, in Chromium', () => {
  let browser: Browser;
  let host: FakeHost;
  let origin: string;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    const server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://localhost:${String((server.address() as AddressInfo).port)}`;
    closers.push(
      () => server.close(),
      () => browser.close(),
    );
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  const visit = async (allowedOrigins: readonly string[]): Promise<Loot> => {
    host = createFakeHost();
    await host.append({ type: 'run.created', runId: 'a', data: { name: 'a' } });
    const gateway: Gateway = createGateway({ host, port: 0, allowedOrigins });
    await gateway.listen();
    const page: Page = await browser.newPage();
    try {
      await page.goto(origin);
      return await page.evaluate(plunder, gateway.url);
    } finally {
      await page.close();
      await gateway.close();
    }
  };

  it('[SEC-01] [SEC-03] [SEC-04] gets no frame and no byte, and changes nothing', async () => {
    const loot = await visit([]);
    expect(loot).toEqual({
      read: 'refused',
      opaque: 'refused',
      posted: 'refused',
      stream: [],
      frames: [],
      closed: '4403 FORBIDDEN_ORIGIN',
      script: false,
    });
    expect(host.received).toEqual([]);
  });

  it('[SEC-03] is served where its origin is listed', async () => {
    const loot = await visit([origin]);
    expect(loot.read).toBe('cors bytes');
    expect(loot.posted).toBe('cors bytes');
    expect(loot.stream).toHaveLength(1);
    expect(loot.frames).toHaveLength(1);
    expect(host.received).toHaveLength(2);
  });
});
