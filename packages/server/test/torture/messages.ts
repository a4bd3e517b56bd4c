import type { GatewayLimits, RateLimits } from '@fleetglass/server';

/** How the server under test is started; the first argument of its program, as JSON. */
export interface ProgramOptions {
  /** Database. */
  readonly file: string;
  /** Where it notes what was acknowledged and what happened outside, one line each. */
  readonly journal: string;
  readonly port: number;
  /** Ports of proxies through which viewers come. */
  readonly proxies: readonly number[];
  /** Number of this life of the server, from 1. */
  readonly life: number;
  readonly seed: number;
  readonly heartbeatMs: number;
  /** What is added to the machine's clock, in milliseconds. */
  readonly skewMs: number;
  /** Events written a second, about. */
  readonly eventsPerSecond: number;
  readonly limits: Partial<GatewayLimits>;
  readonly rateLimits: Partial<RateLimits>;
  /** @default everyone of this machine is served without */
  readonly token?: string;
}

/** What a test asks of the server under test. */
export type Question =
  /** Stops writing; answered when nothing is left to be written and every run has ended. */
  | { readonly ask: 'quiesce' }
  /** Writes so many events of so many bytes, and answers when they are stored. */
  | { readonly ask: 'write'; readonly events: number; readonly bytes: number }
  /** Moves its clock by so many milliseconds, forwards or backwards. */
  | { readonly ask: 'jump'; readonly ms: number }
  | { readonly ask: 'inspect' }
  /** Collects garbage first. */
  | { readonly ask: 'memory' }
  /** Ends it in good order. */
  | { readonly ask: 'close' };

/** What the server says of itself. */
export interface Inspection {
  readonly head: number;
  readonly epoch: string;
  /** Open connections. */
  readonly sockets: number;
  /** Bytes that wait in all sockets together, and the most that ever did. */
  readonly buffered: number;
  readonly peakBuffered: number;
  /** Most bytes that ever waited in one socket. */
  readonly peakSocketBuffered: number;
  /** Connections taken so far in each tenth of a second since it listens. */
  readonly connects: readonly number[];
  /** States of the log that were asked for. */
  readonly stateReads: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Processor time since it began, in milliseconds. */
  readonly cpuMs: number;
  /** Appends that the store refused. */
  readonly refused: number;
}

export interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** First thing that the server says. */
export interface Ready {
  readonly ready: { readonly head: number; readonly epoch: string };
}

/** A line of the journal; `life` is the number of the server's life that wrote it. */
export type JournalLine =
  /** A life began over a log that ended at `head`. */
  | { readonly life: number; readonly kind: 'begun'; readonly head: number }
  /** Events `from` to `to` were acknowledged, with the ids `name.0`, `name.1` and so on. */
  | {
      readonly life: number;
      readonly kind: 'acknowledged';
      readonly from: number;
      readonly to: number;
      readonly name: string;
    }
  /** Something happened outside: see {@link Note}. */
  | { readonly life: number; readonly kind: 'world'; readonly what: string };
