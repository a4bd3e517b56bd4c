import type { IncomingMessage } from 'node:http';
import type { Identity } from './access.js';
import type { NodeByteStream } from './byte-stream.js';
import type { Asker } from './rate-limits.js';

/** What a server tells of a request besides the request. */
export interface GatewayBindings {
  /** Of `node:http`; its socket tells the client's address. */
  readonly incoming?: IncomingMessage;
  /** Answers through the server's own response; where it is missing, streams are web streams. */
  readonly openStream?: () => NodeByteStream;
}

/** What the gateway's checks leave for the routes behind them. */
export interface GatewayEnv {
  Bindings: GatewayBindings;
  Variables: {
    /** Who asks; known under `/api/` only. */
    identity: Identity;
    /** Named in the answer, in errors and in logs. */
    requestId: string;
    /** Where the client is, also behind a trusted proxy. */
    asker: Asker;
  };
}
