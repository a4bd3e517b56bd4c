/** What one gateway grants; each has a default that suits thousands of viewers on one machine. */
export interface GatewayLimits {
  /** Connections at a time; more are refused with 503. @default 20000 */
  readonly maxConnections: number;
  /** Connections of one address at a time, programs of this machine excepted. @default 2000 */
  readonly maxConnectionsPerAddress: number;
  /** Connections of one token at a time. @default 10000 */
  readonly maxConnectionsPerToken: number;
  /** Largest frame from a client in bytes. @default 65536 */
  readonly maxFrameBytes: number;
  /** Subscriptions of one connection. @default 64 */
  readonly maxSubscriptions: number;
  /** Requests of one connection in work; beyond them its socket is not read. @default 32 */
  readonly maxRequests: number;
  /** Milliseconds until a connection has to have authenticated, and that checking a token may take. @default 5000 */
  readonly authTimeoutMs: number;
  /** Bytes waiting in one socket before it is fed from the log, at its own pace. @default 1 MiB */
  readonly maxBufferedBytes: number;
  /** Milliseconds that a socket may stay over it before it is closed with `SLOW_CONSUMER`. @default 30000 */
  readonly slowConsumerMs: number;
  /**
   * Milliseconds that an event stream lasts whose reader gives no sign of life: what is sent to one that vanished without
   * a word is taken by the system for a while. Some of it by chance less. @default 900000
   */
  readonly maxStreamMs: number;
  /** Positions that a viewer may be behind before it gets a snapshot, where it asked for that. @default 10000 */
  readonly maxLagEvents: number;
  /** Characters that such a viewer is given from the log, still behind, before it gets a snapshot. @default 16 MiB */
  readonly maxLagBytes: number;
  /** Bytes waiting in all sockets together. @default 256 MiB */
  readonly maxTotalBufferedBytes: number;
  /** Largest body of a request to the REST API in bytes. @default 1 MiB */
  readonly maxBodyBytes: number;
  /** Largest body of traces that are sent here, unpacked, in bytes. @default 16 MiB */
  readonly maxTraceBytes: number;
  /** Requests with traces in work at a time; more are told to come again. @default 8 */
  readonly maxTraceRequests: number;
  /** Largest body of events that are sent here, in bytes. @default 8 MiB */
  readonly maxIngestBytes: number;
  /** Bytes of events that wait to be stored; more are told to come again. @default 64 MiB */
  readonly maxIngestWaitingBytes: number;
}

export const DEFAULT_LIMITS: GatewayLimits = {
  maxConnections: 20_000,
  maxConnectionsPerAddress: 2_000,
  maxConnectionsPerToken: 10_000,
  maxFrameBytes: 64 * 1024,
  maxSubscriptions: 64,
  maxRequests: 32,
  authTimeoutMs: 5_000,
  maxBufferedBytes: 1024 * 1024,
  slowConsumerMs: 30_000,
  maxStreamMs: 900_000,
  maxLagEvents: 10_000,
  maxLagBytes: 16 * 1024 * 1024,
  maxTotalBufferedBytes: 256 * 1024 * 1024,
  maxBodyBytes: 1024 * 1024,
  maxTraceBytes: 16 * 1024 * 1024,
  maxTraceRequests: 8,
  maxIngestBytes: 8 * 1024 * 1024,
  maxIngestWaitingBytes: 64 * 1024 * 1024,
};

/** What each limit is, in the words of the configuration. */
export const LIMIT_NOTES: Readonly<Record<keyof GatewayLimits, string>> = {
  maxConnections: 'Live connections at a time',
  maxConnectionsPerAddress: 'Live connections of one address at a time',
  maxConnectionsPerToken: 'Live connections of one token at a time',
  maxFrameBytes: 'Bytes of the largest frame from a client',
  maxSubscriptions: 'Subscriptions of one connection',
  maxRequests: 'Requests of one connection in work',
  authTimeoutMs: 'Milliseconds until a connection has to have authenticated',
  maxBufferedBytes: 'Bytes waiting for one viewer before it is served from the log',
  slowConsumerMs: 'Milliseconds that a viewer may stay over it before it is disconnected',
  maxStreamMs: 'Milliseconds that an event stream lasts without a sign of life of its reader',
  maxLagEvents: 'Positions that a viewer may be behind before it gets a snapshot, where it asked for that',
  maxLagBytes: 'Characters such a viewer is given from the log, still behind, before it gets a snapshot',
  maxTotalBufferedBytes: 'Bytes waiting for all viewers together',
  maxBodyBytes: 'Bytes of the largest body of a REST request',
  maxTraceBytes: 'Bytes of the largest body of traces, unpacked',
  maxTraceRequests: 'Requests with traces in work at a time',
  maxIngestBytes: 'Bytes of the largest body of events, unpacked',
  maxIngestWaitingBytes: 'Bytes of events that wait to be stored',
};
