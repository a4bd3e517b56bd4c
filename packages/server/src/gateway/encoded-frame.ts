import { encodeCursor } from '@fleetglass/core/protocol';
import type { ServerFrame } from '@fleetglass/core/protocol';
import type { EventLine } from '../lib/event-text.js';

/*
 * A message for a thousand viewers is made once and encoded once for each kind of link; the same bytes are written to
 * every socket. `ws` would frame it anew and cork for each, which is most of what a delivery costs. Servers send
 * unmasked (RFC 6455, section 5.1) and nothing is compressed, so equal messages are equal bytes.
 */

const FINAL_TEXT = 0x81;

/** The bytes of one unfragmented WebSocket text message (RFC 6455, section 5.2). */
function webSocketMessage(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start, 'utf8');
  return frame;
}

/** Part of a streamed HTTP body, also in the form in which it travels over HTTP/1.1 (RFC 9112, section 7.1). */
export class BodyPart {
  #chunk: Buffer | undefined;
  #size = 0;

  constructor(private readonly text: string) {}

  get body(): Buffer {
    const { chunk } = this;
    return chunk.subarray(chunk.length - 2 - this.#size, -2);
  }

  get chunk(): Buffer {
    if (this.#chunk) return this.#chunk;
    this.#size = Buffer.byteLength(this.text);
    this.#chunk = Buffer.from(`${this.#size.toString(16)}\r\n${this.text}\r\n`);
    return this.#chunk;
  }
}

/** One frame for any number of viewers; its bytes are made when the first link of a kind asks for them. */
export class EncodedFrame {
  #webSocket: Buffer | undefined;
  #message: BodyPart | undefined;
  #stream: BodyPart | undefined;

  /** @param lines the events in it, where it carries some */
  constructor(
    private readonly text: () => string,
    private readonly lines: readonly EventLine[] = [],
  ) {}

  /** A message for readers of the plain event stream, and for nobody else. */
  static message(fields: Readonly<Record<string, string | number>>): EncodedFrame {
    const frame = new EncodedFrame(() => '');
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
    frame.#stream = new BodyPart(`${lines.join('')}\n`);
    return frame;
  }

  /** A WebSocket message. */
  get webSocket(): Buffer {
    return (this.#webSocket ??= webSocketMessage(this.text()));
  }

  /** The frame's JSON. */
  get json(): Buffer {
    const { webSocket } = this;
    const length = webSocket[1] as number;
    return webSocket.subarray(length < 126 ? 2 : length === 126 ? 4 : 10);
  }

  /** The frame as one message of an event stream: JSON has no line breaks. */
  get message(): BodyPart {
    return (this.#message ??= new BodyPart(`data: ${this.text()}\n\n`));
  }

  /** Each event as a message of its own, for readers that know nothing of frames; nothing where it carries none. */
  eventStream(epoch: string): BodyPart | undefined {
    if (this.#stream || this.lines.length === 0) return this.#stream;
    return (this.#stream = new BodyPart(
      this.lines
        .map(
          ({ seq, type, text }) =>
            `id: ${encodeCursor({ epoch, seq })}\nevent: ${oneLine(type)}\ndata: ${text}\n\n`,
        )
        .join(''),
    ));
  }
}

/** A type is text from outside: a line break in it would begin another field. */
const oneLine = (text: string): string => text.replace(/[\r\n\0]/g, ' ');

export function encodeFrame(frame: ServerFrame): EncodedFrame {
  return new EncodedFrame(() => JSON.stringify(frame));
}

export function eventsFrame(
  channel: number,
  from: number,
  to: number,
  lines: readonly EventLine[],
): EncodedFrame {
  return new EncodedFrame(() => {
    const texts = lines.map(({ text }) => text).join(',');
    return `{"frame":"events","channel":${channel},"from":${from},"to":${to},"events":[${texts}]}`;
  }, lines);
}
