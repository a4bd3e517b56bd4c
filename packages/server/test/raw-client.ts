import type { Agent } from 'node:http';
import { WebSocket } from 'ws';
import type { ServerFrame } from '@fleetglass/core/protocol';

/** A client without any of our own code: what it sends and receives is exactly what travels. */
export interface RawClient {
  readonly socket: WebSocket;
  readonly frames: readonly ServerFrame[];
  send(frame: unknown): void;
  sendText(text: string): void;
  /** Resolves with the next frame of a kind that was not returned yet. */
  next<K extends ServerFrame['frame']>(kind: K): Promise<Extract<ServerFrame, { readonly frame: K }>>;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export interface RawClientOptions {
  readonly headers?: Record<string, string>;
  readonly origin?: string;
  /** For a server with a certificate of its own. */
  readonly agent?: Agent;
  /** @default '/api/v1/live' */
  readonly path?: string;
}

/** Connects and resolves when the handshake is done; rejects with the HTTP status when it is refused. */
export async function connectRaw(url: string, options: RawClientOptions = {}): Promise<RawClient> {
  const { path = '/api/v1/live', ...rest } = options;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, rest);
  const frames: ServerFrame[] = [];
  const taken = new Set<ServerFrame>();
  let changed: (() => void)[] = [];
  const note = (): void => {
    const waiting = changed;
    changed = [];
    waiting.forEach((resolve) => resolve());
  };
  let isOver = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      isOver = true;
      note();
      resolve({ code, reason: reason.toString() });
    });
  });
  socket.on('message', (data) => {
    frames.push(JSON.parse((data as Buffer).toString()) as ServerFrame);
    note();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        reject(Object.assign(new Error(Buffer.concat(chunks).toString()), { status: response.statusCode })),
      );
    });
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendText: (text) => socket.send(text),
    async next(kind) {
      for (;;) {
        const found = frames.find((frame) => frame.frame === kind && !taken.has(frame));
        if (found) {
          taken.add(found);
          return found as Extract<ServerFrame, { readonly frame: typeof kind }>;
        }
        if (isOver) throw new Error(`closed without ${kind}; received ${JSON.stringify(frames)}`);
        await new Promise<void>((resolve) => changed.push(resolve));
      }
    },
  };
}
