import { request } from 'node:http';
import type { Agent, IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { ServerFrame } from '@fleetglass/core/protocol';

/** One message of an event stream. */
export interface StreamMessage {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** An event stream read without any of our own code. */
export interface RawStream {
  readonly response: IncomingMessage;
  readonly messages: readonly StreamMessage[];
  /** Everything that came, by the blank lines between. */
  readonly blocks: readonly string[];
  /** Resolves when something more has come. */
  more(): Promise<void>;
  /** Resolves with the next message that was not returned yet. */
  next(): Promise<StreamMessage>;
  /** Resolves with the next frame of a kind that was not returned yet. */
  frame<K extends ServerFrame['frame']>(kind: K): Promise<Extract<ServerFrame, { readonly frame: K }>>;
  readonly closed: Promise<void>;
  close(): void;
}

function parse(block: string): StreamMessage | undefined {
  const fields: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, '');
  }
  return fields['data'] === undefined ? undefined : (fields as unknown as StreamMessage);
}

const requestOf = (url: string): typeof request => (url.startsWith('https:') ? secureRequest : request);

/**
 * Opens an event stream; rejects with the answer when it is another one.
 *
 * @param agent for a server with a certificate of its own
 */
export async function openStream(
  url: string,
  headers: Record<string, string> = {},
  agent: Agent | false = false,
): Promise<RawStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = requestOf(url)(url, { headers, agent }, resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
  response.setEncoding('utf8');
  if (!response.headers['content-type']?.startsWith('text/event-stream')) {
    let body = '';
    for await (const part of response) body += part as string;
    throw Object.assign(new Error(body), { status: response.statusCode });
  }
  const messages: StreamMessage[] = [];
  const seen: string[] = [];
  const taken = new Set<StreamMessage>();
  let changed: (() => void)[] = [];
  let rest = '';
  let isOver = false;
  const note = (): void => {
    const waiting = changed;
    changed = [];
    for (const go of waiting) go();
  };
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const message = parse(block);
      seen.push(block);
      if (message) messages.push(message);
    }
    note();
  });
  const closed = new Promise<void>((resolve) => {
    response.on('close', () => {
      isOver = true;
      note();
      resolve();
    });
  });
  response.on('error', () => undefined);
  const find = async (matches: (message: StreamMessage) => boolean): Promise<StreamMessage> => {
    for (;;) {
      const found = messages.find((message) => !taken.has(message) && matches(message));
      if (found) {
        taken.add(found);
        return found;
      }
      if (isOver) throw new Error(`the stream ended; received ${JSON.stringify(messages)}`);
      await new Promise<void>((resolve) => changed.push(resolve));
    }
  };
  return {
    response,
    messages,
    blocks: seen,
    more: () => new Promise((resolve) => changed.push(resolve)),
    closed,
    next: () => find(() => true),
    async frame(kind) {
      const { data } = await find((message) => (JSON.parse(message.data) as ServerFrame).frame === kind);
      return JSON.parse(data) as Extract<ServerFrame, { readonly frame: typeof kind }>;
    },
    close: () => response.destroy(),
  };
}

/** A request with a JSON answer. */
export async function ask(
  url: string,
  method: string,
  options: {
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
    readonly agent?: Agent;
  } = {},
): Promise<{
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}> {
  const text = options.body === undefined ? undefined : JSON.stringify(options.body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const agent = options.agent ?? false;
    const outgoing = requestOf(url)(url, { method, headers, agent }, resolve);
    outgoing.on('error', reject);
    outgoing.end(text);
  });
  let body = '';
  for await (const part of response) body += part as string;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  };
}
