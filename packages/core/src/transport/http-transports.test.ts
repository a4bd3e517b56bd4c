import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../protocol/filter.js';
import type { ClientFrame } from '../protocol/frame.js';
import { createSimulatedClock } from '../testing/simulated-clock.js';
import type { HttpRequest, HttpTransportOptions } from './http-wire.js';
import { longPoll } from './long-poll.js';
import { sse } from './sse.js';

const URL = 'http://server/api/v1/live';

interface Asked extends HttpRequest {
  readonly path: string;
  answer(body: BodyInit | null, init?: ResponseInit): void;
  fail(): void;
}

/** A gateway that answers when it is told to. */
function setUp(options: Partial<HttpTransportOptions> = {}) {
  const clock = createSimulatedClock();
  const asked: Asked[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      asked.push({
        ...(init as HttpRequest),
        path: `${init.method ?? 'GET'} ${url.slice(URL.length)}`,
        answer: (body, responseInit) => resolve(new Response(body, responseInit)),
        fail: () => reject(new TypeError('fetch failed')),
      });
    });
  const shared = { url: URL, token: 'secret', clock, fetch, random: () => 1, ...options };
  const last = (): Asked => {
    const found = asked.at(-1);
    if (!found) throw new Error('nothing was asked');
    return found;
  };
  const paths = (): string[] => asked.map(({ path }) => path);
  const subscribe = (transport: ReturnType<typeof sse>) =>
    transport.subscribe(
      { filter: EVERYTHING, position: () => undefined },
      { snapshot: () => undefined, events: () => undefined, error: () => undefined },
    );
  return { clock, shared, asked, last, paths, subscribe };
}

const hello = {
  frame: 'hello',
  protocol: 1,
  heartbeatMs: 1_000,
  epoch: 'e',
  maxFrameBytes: 2_000,
  session: 'a/b',
};

/** The body of an event stream that says what it is told to. */
function eventStream() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  return {
    body,
    say: (text: string) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
  };
}
const STREAM = { headers: { 'content-type': 'text/event-stream; charset=utf-8' } };

/** An event stream that is open. */
async function openStream(options: Partial<HttpTransportOptions> = {}) {
  const system = setUp(options);
  const transport = sse(system.shared);
  const subscription = system.subscribe(transport);
  await system.clock.advance(0);
  const stream = eventStream();
  const opening = system.last();
  opening.answer(stream.body, STREAM);
  stream.say(`data: ${JSON.stringify(hello)}\n\n`);
  await system.clock.advance(0);
  return { ...system, transport, subscription, stream, opening };
}

const framesOf = ({ body }: Asked): ClientFrame[] => JSON.parse(body ?? '') as ClientFrame[];
const kinds = (asked: Asked): string[] => framesOf(asked).map(({ frame }) => frame);

describe('sse', () => {
  it('opens with the token in a header, says which carrier it is, and posts its frames', async () => {
    const { transport, opening, last } = await openStream();
    expect(opening).toMatchObject({
      path: 'GET /sse',
      headers: { authorization: 'Bearer secret', accept: 'text/event-stream' },
    });
    expect(transport.status).toMatchObject({ phase: 'open', carrier: 'sse' });
    expect(last()).toMatchObject({
      path: 'POST /a%2Fb',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
    });
    expect(kinds(last())).toEqual(['subscribe']);
  });

  it('posts one request at a time, in order, each as large as the server takes', async () => {
    const { clock, transport, asked, last } = await openStream();
    const text = 'x'.repeat(900);
    const commands = ['c1', 'c2', 'c3'];
    for (const id of commands)
      void transport.command({ type: 'start', name: text }, id).catch(() => undefined);
    await clock.advance(0);
    const before = asked.length;
    last().answer(null, { status: 202 });
    await clock.advance(0);
    expect(asked).toHaveLength(before + 1);
    expect(framesOf(last()).map((frame) => 'id' in frame && frame.id)).toEqual(['c1', 'c2']);
    last().answer(null, { status: 202 });
    await clock.advance(0);
    expect(framesOf(last()).map((frame) => 'id' in frame && frame.id)).toEqual(['c3']);
  });

  it('answers no heartbeat, and takes a comment as a sign of life', async () => {
    const { clock, transport, stream, asked } = await openStream();
    const before = asked.length;
    stream.say('data: {"frame":"heartbeat"}\n\n');
    await clock.advance(1_900);
    stream.say(': still here\n\n');
    await clock.advance(1_900);
    expect(transport.status.phase).toBe('open');
    expect(asked).toHaveLength(before);
    await clock.advance(2_000);
    expect(transport.status.phase).toBe('reconnecting');
  });

  it('says every five minutes that it takes what comes, where it has had nothing else to say', async () => {
    const { clock, stream, asked, last } = await openStream();
    last().answer(null, { status: 202 });
    await clock.advance(0);
    const before = asked.length;
    for (let second = 0; second < 300; second += 1) {
      stream.say('data: {"frame":"heartbeat"}\n\n');
      await clock.advance(1_000);
    }
    expect(asked).toHaveLength(before);
    stream.say('data: {"frame":"heartbeat"}\n\n');
    await clock.advance(0);
    expect(asked).toHaveLength(before + 1);
    expect(kinds(last())).toEqual(['pong']);
    last().answer(null, { status: 202 });
    stream.say('data: {"frame":"heartbeat"}\n\n');
    await clock.advance(0);
    expect(asked).toHaveLength(before + 1);
  });

  it('reconnects when the stream ends, when a session is unknown, and when a request is not taken in time', async () => {
    const ended = await openStream();
    ended.stream.end();
    await ended.clock.advance(0);
    expect(ended.transport.status).toMatchObject({ phase: 'reconnecting', error: { code: 'DISCONNECTED' } });

    const unknown = await openStream();
    unknown
      .last()
      .answer(JSON.stringify({ code: 'SESSION_NOT_FOUND', message: 'It has ended.' }), { status: 404 });
    await unknown.clock.advance(0);
    expect(unknown.transport.status).toMatchObject({
      phase: 'reconnecting',
      error: { code: 'SESSION_NOT_FOUND', message: 'It has ended.' },
    });

    const hung = await openStream();
    for (let i = 0; i < 15; i += 1) {
      await hung.clock.advance(999);
      hung.stream.say(':\n');
    }
    expect(hung.transport.status.phase).toBe('open');
    await hung.clock.advance(100);
    expect(hung.transport.status.phase).toBe('reconnecting');
  });

  it('gives up the stream when it is closed, and leaves nothing behind', async () => {
    const { clock, transport, opening } = await openStream();
    transport.close();
    expect(opening.signal?.aborted).toBe(true);
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['no stream', '<html>', { headers: { 'content-type': 'text/html' } }, 'DISCONNECTED'],
    ['401', null, { status: 401 }, 'UNAUTHENTICATED'],
    ['403', JSON.stringify({ code: 'FORBIDDEN_ORIGIN' }), { status: 403 }, 'FORBIDDEN_ORIGIN'],
    ['204, which ends it', null, { status: 204 }, 'FORBIDDEN'],
    ['404 of another server', 'not here', { status: 404 }, 'NOT_FOUND'],
    ['502', null, { status: 502 }, 'DISCONNECTED'],
    ['a stream that names no session', `data: {"frame":"hello"}\n\n`, STREAM, 'BAD_FRAME'],
    ['a stream that is not ours', 'data: hi\n\n', STREAM, 'BAD_FRAME'],
  ])('says what is wrong with %s', async (_name, body, init, code) => {
    const { clock, shared, last, subscribe } = setUp();
    const transport = sse(shared);
    subscribe(transport);
    await clock.advance(0);
    last().answer(body, init);
    await clock.advance(0);
    expect(transport.status.error?.code).toBe(code);
    const isFinal = ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN_ORIGIN'].includes(code);
    expect(transport.status.phase).toBe(isFinal ? 'failed' : 'reconnecting');
    await clock.advance(0);
    expect(clock.pending).toBe(isFinal ? 0 : 1);
  });

  it.each([
    ['seconds', 429, '20', 25_000],
    ['a date', 503, new Date(Date.UTC(2026, 0, 1) + 7_000).toUTCString(), 8_750],
    ['a date that has passed', 503, new Date(0).toUTCString(), 8_000],
    ['nonsense', 429, 'soon', 8_000],
    ['for ever', 429, '99999999999', 600_000],
    ['nothing', 503, undefined, 8_000],
  ])('waits at least as long as Retry-After says: %s', async (_name, status, header, delayMs) => {
    const { clock, shared, last, subscribe, asked } = setUp();
    const transport = sse(shared);
    subscribe(transport);
    await clock.advance(0);
    last().answer(null, { status, headers: header === undefined ? {} : { 'retry-after': header } });
    await clock.advance(0);
    expect((transport.status.retryAt ?? 0) - clock.now()).toBe(delayMs);
    await clock.advance(delayMs);
    expect(asked).toHaveLength(2);
  });

  it('renews its token on the open connection, and posts with the new one', async () => {
    let count = 0;
    const start = Date.UTC(2026, 0, 1);
    const { clock, stream, transport, last } = await openStream({
      token: () => ({ token: `token ${(count += 1)}`, expiresAt: start + count * 100_000 }),
    });
    expect(last().headers).toMatchObject({ authorization: 'Bearer token 1' });
    last().answer(null, { status: 202 });
    for (let i = 0; i < 51; i += 1) {
      await clock.advance(999);
      stream.say(':\n');
    }
    expect(count).toBe(2);
    expect(last().headers).toMatchObject({ authorization: 'Bearer token 2' });
    expect(framesOf(last())).toEqual([{ frame: 'auth', token: 'token 2' }]);
    expect(transport.status.phase).toBe('open');
  });
});

describe('longPoll', () => {
  const json = (body: unknown): [string, ResponseInit] => [
    JSON.stringify(body),
    { headers: { 'content-type': 'application/json' } },
  ];
  async function openPoll() {
    const system = setUp();
    const transport = longPoll(system.shared);
    const subscription = system.subscribe(transport);
    await system.clock.advance(0);
    system.last().answer(...json({ frames: [hello], next: 1 }));
    await system.clock.advance(0);
    return { ...system, transport, subscription };
  }

  it('asks on from the last frame, while its own frames are posted beside', async () => {
    const { clock, transport, asked, paths } = await openPoll();
    expect(transport.status).toMatchObject({ phase: 'open', carrier: 'longPoll' });
    expect(paths().sort()).toEqual(['GET /a%2Fb?after=1', 'POST /a%2Fb', 'POST /poll']);
    asked.find(({ path }) => path.startsWith('GET'))?.answer(...json({ frames: [], next: 1 }));
    await clock.advance(0);
    expect(paths().filter((path) => path === 'GET /a%2Fb?after=1')).toHaveLength(2);
    asked
      .filter(({ path }) => path.startsWith('GET'))
      .at(-1)
      ?.answer(...json({ frames: [{ frame: 'heartbeat' }], next: 2 }));
    await clock.advance(0);
    expect(paths().at(-1)).toBe('GET /a%2Fb?after=2');
  });

  it('ends its session when it is no longer needed, and not when the server is silent', async () => {
    const { transport, last, clock } = await openPoll();
    transport.close();
    expect(last()).toMatchObject({ path: 'DELETE /a%2Fb', keepalive: true });
    last().fail();
    await clock.advance(0);
    const silent = await openPoll();
    await silent.clock.advance(2_000);
    expect(silent.transport.status.phase).toBe('reconnecting');
    expect(silent.paths().filter((path) => path.startsWith('DELETE'))).toEqual([]);
  });

  it('starts over when a request fails or answers with something else', async () => {
    for (const body of ['{"frames":1}', '<html>']) {
      const { clock, transport, asked } = await openPoll();
      asked.find(({ path }) => path.startsWith('GET'))?.answer(body);
      await clock.advance(0);
      expect(transport.status.phase).toBe('reconnecting');
    }
    const { clock, transport, asked, last } = await openPoll();
    asked.find(({ path }) => path.startsWith('GET'))?.fail();
    await clock.advance(500);
    expect(transport.status.phase).toBe('reconnecting');
    expect(last().path).toBe('POST /poll');
  });
});
