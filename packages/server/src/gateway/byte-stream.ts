import type { ServerResponse } from 'node:http';
import type { BodyPart } from './encoded-frame.js';

/** A response body that goes on until somebody ends it. */
export interface ByteStream {
  /** Bytes that were written and not yet taken. */
  readonly waiting: number;
  write(part: BodyPart): void;
  /** Ends after what was written. */
  end(): void;
  /** Ends at once. */
  destroy(): void;
}

/** Who is told of a stream. */
export interface StreamListener {
  drained(): void;
  closed(): void;
}

/** What is kept of a stream until its listener is known. */
const SILENT: StreamListener = { drained: () => undefined, closed: () => undefined };

/** Waiting bytes below which a stream counts as drained. */
const LOW_WATER = 16 * 1024;

/** A stream and its answer, for any server that speaks `Request` and `Response`. */
export class WebByteStream implements ByteStream {
  listener: StreamListener = SILENT;
  readonly body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isClosed = false;
  #isFull = false;

  constructor() {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          if (!this.#isFull) return;
          this.#isFull = false;
          this.listener.drained();
        },
        cancel: () => this.#close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: LOW_WATER }),
    );
  }

  get waiting(): number {
    return this.#isClosed ? 0 : LOW_WATER - (this.#controller.desiredSize ?? LOW_WATER);
  }

  write(part: BodyPart): void {
    if (this.#isClosed) return;
    this.#controller.enqueue(part.body);
    if ((this.#controller.desiredSize ?? 0) <= 0) this.#isFull = true;
  }

  end(): void {
    if (this.#isClosed) return;
    this.#controller.close();
    this.#close();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#controller.error(new Error('The server ended the stream.'));
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.listener.closed();
  }
}

/**
 * A stream under `node:http`. The parts are written to the socket as they are, past the response, which would put each
 * into a chunk of its own for each of a thousand viewers.
 */
export class NodeByteStream implements ByteStream {
  listener: StreamListener = SILENT;
  #early: BodyPart[] | undefined = [];
  #earlyBytes = 0;
  #isEnded = false;

  constructor(private readonly response: ServerResponse) {
    response.on('close', () => this.listener.closed());
    response.on('error', () => undefined);
  }

  get waiting(): number {
    const { response } = this;
    return this.#earlyBytes + (response.socket ?? response).writableLength;
  }

  /** Sends the head, with everything that was added on the way out, and what waits behind it. */
  start(status: number, headers: Headers): void {
    const { response } = this;
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#earlyBytes = 0;
    if (response.destroyed || response.headersSent) return;
    headers.forEach((value, name) => {
      if (!name.startsWith('x-hono-')) response.appendHeader(name, value);
    });
    response.statusCode = status;
    // Nothing follows a stream on its connection.
    response.shouldKeepAlive = false;
    response.flushHeaders();
    const { socket } = response;
    socket?.setNoDelay(true);
    (socket ?? response).on('drain', () => this.listener.drained());
    for (const part of early) this.#pass(part);
    if (this.#isEnded) response.end();
  }

  write(part: BodyPart): void {
    if (this.#isEnded) return;
    if (this.#early) {
      this.#early.push(part);
      this.#earlyBytes += part.chunk.length;
    } else this.#pass(part);
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (!this.#early) this.response.end();
  }

  destroy(): void {
    this.#isEnded = true;
    this.response.destroy();
  }

  #pass(part: BodyPart): void {
    const { response } = this;
    const { socket } = response;
    // HTTP/2, and an answer that waits for an earlier one on its connection, have no socket of their own.
    if (!socket) response.write(part.body);
    else if (!socket.destroyed) socket.write(response.chunkedEncoding ? part.chunk : part.body);
  }
}
