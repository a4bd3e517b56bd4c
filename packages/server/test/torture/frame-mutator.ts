import type { Random } from '@fleetglass/core';
import { decodeCursor, encodeCursor } from '@fleetglass/core/protocol';
import type { Rewrite } from './fault-proxy.js';

/** One frame of a WebSocket as a server sends it: unmasked. */
interface SocketFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

const TEXT = 1;
const PING = 9;
const HEADER_END = '\r\n\r\n';

function encode({ opcode, payload }: SocketFrame): Buffer {
  const { length } = payload;
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + size);
  header[0] = 0x80 | opcode;
  header[1] = size === 0 ? length : size === 2 ? 126 : 127;
  if (size === 2) header.writeUInt16BE(length, 2);
  if (size === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** Takes whole frames off the beginning of what has arrived. */
function takeFrames(buffer: Buffer): { readonly frames: readonly SocketFrame[]; readonly rest: Buffer } {
  const frames: SocketFrame[] = [];
  let rest = buffer;
  for (;;) {
    if (rest.length < 2) return { frames, rest };
    const short = (rest[1] ?? 0) & 127;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) return { frames, rest };
    const length =
      short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
    if (rest.length < start + length) return { frames, rest };
    frames.push({ opcode: (rest[0] ?? 0) & 15, payload: rest.subarray(start, start + length) });
    rest = rest.subarray(start + length);
  }
}

const kindOf = (payload: Buffer): string =>
  /^\{"frame":"(\w+)"/.exec(payload.toString('latin1', 0, 40))?.[1] ?? '';

/** A log that never was. */
const OTHER_EPOCH = 'log_of_another_life';

/** The same frame, told of another life of the log. */
function ofAnotherEpoch(payload: Buffer): Buffer {
  const frame = JSON.parse(payload.toString()) as { epoch?: string; cursor?: string };
  if (frame.epoch !== undefined) frame.epoch = OTHER_EPOCH;
  if (frame.cursor !== undefined)
    frame.cursor = encodeCursor({ ...decodeCursor(frame.cursor), epoch: OTHER_EPOCH });
  return Buffer.from(JSON.stringify(frame));
}

export interface FrameMutatorOptions {
  readonly random: Random;
  /** Share of the frames that is changed, 0 to 1. */
  readonly rate: () => number;
  /** Told of everything that was done, by kind. */
  readonly injected: (kind: string) => void;
}

/**
 * Changes frames between server and viewer: repeats them, swaps them, loses them, cuts them short, breaks their JSON or
 * their header, takes them from another viewer's connection, or from another life of the log. What it never makes is a
 * well-formed frame that lies: without a checksum nobody could tell, and TCP has one.
 */
export function createFrameMutator({ random, rate, injected }: FrameMutatorOptions): {
  /** For one direction of one connection. */
  rewrite(): Rewrite;
} {
  const index = (length: number): number => Math.floor(random() * length);
  /** Frames of events that were lately sent to anyone. */
  const others: Buffer[] = [];

  /** @returns what is sent instead, and what is held back until the next one */
  const mutate = (frame: SocketFrame): { readonly sent: readonly Buffer[]; readonly held?: Buffer } => {
    const { payload } = frame;
    const kind = kindOf(payload);
    const whole = encode(frame);
    const isOpening = kind === 'hello' || kind === 'subscribed' || kind === 'snapshot';
    if (isOpening && random() < 5 * rate()) {
      injected('other epoch');
      return { sent: [encode({ ...frame, payload: ofAnotherEpoch(payload) })] };
    }
    if (random() >= rate()) return { sent: [whole] };
    // What answers a subscription is asked for once: TCP loses no frame, and to lose one would only be waited for.
    switch (index(isOpening || kind === 'ack' ? 4 : 7)) {
      case 0:
        injected('duplicate');
        return { sent: [whole, whole] };
      case 1:
        injected('reorder');
        return { sent: [], held: whole };
      case 2:
        injected('truncate');
        return { sent: [encode({ ...frame, payload: payload.subarray(0, index(payload.length)) })] };
      case 3: {
        // With one quote too few or too many it is no JSON any more.
        injected('bit flip in the JSON');
        const flipped = Buffer.from(payload);
        const quotes = [...flipped.keys()].filter((at) => flipped[at] === 0x22 && flipped[at - 1] !== 0x5c);
        const at = quotes[index(quotes.length)] ?? 0;
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        return { sent: [encode({ ...frame, payload: flipped })] };
      }
      case 4: {
        injected('bit flip in the header');
        const flipped = Buffer.from(whole);
        // The bits that say whether it is whole, what it is, and how long it is.
        const bit = index(16);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return { sent: [flipped] };
      }
      case 5:
        injected('lost');
        return { sent: [encode({ opcode: PING, payload: Buffer.alloc(0) })] };
      default: {
        injected('other stream');
        const other = others[index(others.length)];
        return { sent: other ? [other, whole] : [whole] };
      }
    }
  };

  return {
    rewrite() {
      let hasOpened = false;
      let rest: Buffer = Buffer.alloc(0);
      let held: Buffer | undefined;
      return (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        const out: Buffer[] = [];
        if (!hasOpened) {
          const end = rest.indexOf(HEADER_END);
          if (end === -1) return Buffer.alloc(0);
          hasOpened = true;
          out.push(rest.subarray(0, end + HEADER_END.length));
          rest = rest.subarray(end + HEADER_END.length);
        }
        const taken = takeFrames(rest);
        rest = taken.rest;
        for (const frame of taken.frames) {
          const { sent, held: holding } = frame.opcode === TEXT ? mutate(frame) : { sent: [encode(frame)] };
          out.push(...sent);
          if (held && sent.length > 0) {
            out.push(held);
            held = undefined;
          }
          if (holding) held = held ? Buffer.concat([held, holding]) : holding;
          if (kindOf(frame.payload) === 'events') {
            others.push(encode(frame));
            if (others.length > 50) others.shift();
          }
        }
        return Buffer.concat(out);
      };
    },
  };
}
