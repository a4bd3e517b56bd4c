import type { FleetglassError } from '@fleetglass/core';
import { emptyState, reduce } from '@fleetglass/core/client';
import { decodeState, encodeState } from '@fleetglass/core';
import { decodeCursor } from '@fleetglass/core/protocol';
import type { FleetEvent, ServerFrame } from '@fleetglass/core/protocol';
import type { EncodedFrame } from '../src/gateway/encoded-frame.js';
import type { Link, LinkListener } from '../src/gateway/link.js';

/** A link whose other end reads only when the test says so. */
export class FakeLink implements Link {
  readonly transport = 'websocket';
  readonly frames: ServerFrame[] = [];
  waiting = 0;
  mostWaiting = 0;
  endedWith: FleetglassError | undefined;
  isPaused = false;
  #listener: LinkListener | undefined;
  #unread: ServerFrame[] = [];

  /** @param weight bytes that each byte of a frame with events counts for: a slow link without a large log */
  constructor(private readonly weight = 1) {}

  listen(listener: LinkListener): void {
    this.#listener = listener;
  }
  sizeOf(frame: EncodedFrame): number {
    const { json } = frame;
    return json.length * (json.includes('"frame":"events"') ? this.weight : 1);
  }
  write(frame: EncodedFrame): void {
    const text = frame.json.toString();
    this.waiting += this.sizeOf(frame);
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    this.#unread.push(JSON.parse(text) as ServerFrame);
  }
  /** The other end reads everything that was written. */
  drain(): void {
    this.frames.push(...this.#unread);
    this.#unread = [];
    this.waiting = 0;
    this.#listener?.drained();
  }
  /** The other end sends a frame. */
  say(frame: unknown): void {
    this.#listener?.received(frame);
  }
  keepAlive(): void {
    // Nothing lies between.
  }
  ping(): boolean {
    return false;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  close(error: FleetglassError): void {
    this.endedWith = error;
  }
  terminate(): void {
    this.#listener?.closed();
  }
}

/** What a viewer has made of the frames that it read: its position, its events and its fold. */
export class FoldingViewer {
  position: number | undefined;
  state = emptyState();
  readonly events: FleetEvent[] = [];
  readonly snapshots: { readonly reason: string; readonly seq: number }[] = [];
  #read = 0;

  /** @throws Error for a frame that leaves something out or tells it twice */
  read(frames: readonly ServerFrame[]): void {
    for (; this.#read < frames.length; this.#read += 1) this.#apply(frames[this.#read] as ServerFrame);
  }

  get fold(): unknown {
    return encodeState(this.state);
  }

  #apply(frame: ServerFrame): void {
    if (frame.frame === 'subscribed') this.position = decodeCursor(frame.cursor).seq;
    else if (frame.frame === 'snapshot') {
      const { seq } = decodeCursor(frame.cursor);
      if (seq < (this.position ?? 0)) throw new Error(`a snapshot of ${seq} after ${this.position}`);
      this.position = seq;
      this.state = decodeState(frame.state);
      this.snapshots.push({ reason: frame.reason, seq });
    } else if (frame.frame === 'events') this.#cover(frame.from, frame.to, frame.events);
    else if (frame.frame === 'heartbeat') {
      for (const { from = 1, to } of frame.covered ?? []) this.#cover(from, to, []);
    } else if (frame.frame === 'error') throw new Error(`${frame.error.code}: ${frame.error.message}`);
  }

  #cover(from: number, to: number, events: readonly FleetEvent[]): void {
    const position = this.position ?? 0;
    if (from > position + 1) throw new Error(`nothing was told of ${position + 1} to ${from - 1}`);
    if (to <= position) return;
    const fresh = events.filter(({ seq }) => seq > position);
    const merged = fresh.find(({ seq, covers }) => (covers?.[0] ?? seq) <= position);
    if (merged) throw new Error(`event ${merged.seq} repeats what was told before ${position}`);
    this.position = to;
    this.events.push(...fresh);
    this.state = reduce(this.state, fresh);
  }
}
