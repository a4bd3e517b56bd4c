import type { Json } from '../lib/json.js';
import type { FleetState } from '../projection/state.js';
import type { Command } from '../protocol/command.js';
import type { Filter } from '../protocol/filter.js';
import type { Actor, BlobRef } from '../protocol/payload.js';
import type { Rollups } from './rollups.js';
import type { EventBatch, EventPage, ReadQuery, StoredBlob } from './store.js';

/** State at a position of the log: an optimisation of folding from the start, never a second truth. */
export interface StateSnapshot {
  readonly seq: number;
  readonly state: FleetState;
}

/** What viewers may read of a log. */
export interface EventLog {
  readonly epoch: string;
  head(): number;
  first(): number;
  /** Runs deleted so far; whoever keeps what it has read compares it. @default none are ever deleted */
  deletions?(): number;
  read(query: ReadQuery): Promise<EventPage>;
  subscribe(listener: (batch: EventBatch) => void): () => void;
  /**
   * State after `seq`, restricted to what `filter` selects.
   *
   * @throws FleetglassError `CURSOR_TOO_OLD` when the log no longer reaches back that far
   */
  stateAt(seq: number, filter: Filter): Promise<StateSnapshot>;
}

/** Who sends a command, and the key under which it is carried out once. */
export interface CommandContext {
  /** Idempotency key: the same id of the same actor is carried out once. */
  readonly commandId: string;
  readonly actor?: Actor;
}

/** Carries out what viewers ask for. */
export interface CommandHandler {
  /** No command is ever carried out here, whoever sends it; screens then offer none. @default false */
  readonly readOnly?: boolean;
  /** @throws FleetglassError that tells the viewer why not, for example `RUN_ENDED` */
  execute(command: Command, context: CommandContext): Promise<Json | undefined>;
}

/** Reads large payloads that events refer to. */
export interface BlobReader {
  getBlob(ref: BlobRef): Promise<StoredBlob | undefined>;
}

/**
 * Everything a transport needs of one tenant; the orchestrator and the gateway implement it, `inProcess(host)` and the
 * gateway serve it.
 */
export interface FleetHost {
  readonly log: EventLog;
  readonly commands: CommandHandler;
  readonly blobs: BlobReader;
  /** Sums by hour and day. @default the host keeps none */
  readonly rollups?: Rollups;
}
