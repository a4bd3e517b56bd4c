import type { Json } from '../lib/json.js';
import type { EventDraft, FleetEvent } from '../protocol/event.js';
import type { Filter } from '../protocol/filter.js';
import type { BlobRef } from '../protocol/payload.js';
import type { Usage } from '../protocol/usage.js';
import type { Rollups } from './rollups.js';

/**
 * Version of everything a store writes: rows, segments and records. A store that finds a newer one refuses to open
 * with `SCHEMA_TOO_NEW`; an older one is migrated step by step.
 */
export const STORE_SCHEMA_VERSION = 3;

/** Accepted events of a closed range of `seq`, complete and in order: what a subscriber of a store is shown. */
export interface EventBatch {
  readonly from: number;
  readonly to: number;
  readonly events: readonly FleetEvent[];
}

/** Which events are read. */
export interface ReadQuery {
  /** First `seq` wanted. */
  readonly from: number;
  /** Last `seq` wanted. @default the head */
  readonly to?: number;
  /** @default everything */
  readonly filter?: Filter;
  /** Most events in one page, at least 1. @default 1000 */
  readonly limit?: number;
}

/** Selected events of the closed range `from` to `to`; read on from `to + 1`. `to` is below `from` when nothing was left. */
export interface EventPage {
  readonly from: number;
  readonly to: number;
  readonly events: readonly FleetEvent[];
}

/** How events are taken into a store. */
export interface AppendOptions {
  /** Skip events whose `id` was appended before. Costs a look-up an event; meant for ingest. @default false */
  readonly dedupe?: boolean;
  /**
   * Epochs of the leases under which events were observed, by run, looked up when the events are accepted. Events of a
   * run whose newest lease has another epoch are left out: they get no `seq`. @default nothing is left out
   */
  readonly leases?: ReadonlyMap<string, number>;
  /**
   * Refuse all with `LEASE_HELD` when one of the events (after `dedupe`) is about a run that somebody owns. Meant for
   * ingest, whose senders own no run. @default false
   */
  readonly unowned?: boolean;
}

/** Range of `seq` that was assigned; `to` is below `from` when all were left out. */
export interface AppendResult {
  readonly from: number;
  readonly to: number;
}

/** One keyed value of a run's execution record; `null` deletes the key. */
export interface RecordWrite {
  readonly key: string;
  readonly value: Json;
}

/** What a key held as of some version. */
export interface RunRecord {
  readonly key: string;
  readonly value: Json;
  /** Commit that wrote it. */
  readonly version: number;
}

/** A run as the store knows it. */
export interface StoredRun {
  readonly runId: string;
  /** Number of commits so far. */
  readonly version: number;
  /** Epoch of the newest lease; 0 when it was never leased. */
  readonly leaseEpoch: number;
  /** Records in the order in which their keys were first written. */
  readonly records: readonly RunRecord[];
}

/** A movement of money: reserved before a call, then settled or released; `abandoned` when found open at recovery. */
export interface LedgerEntry {
  /** Unique within the run; the same call has the same id in all of its entries. */
  readonly callId: string;
  readonly kind: 'reserved' | 'settled' | 'released' | 'abandoned';
  /** Amount in nano-dollars; absent when the price is unknown. */
  readonly nanoUsd?: number;
  readonly usage?: Usage;
  /** Tokens that a reservation holds. */
  readonly tokens?: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly threadId?: string;
  readonly agentId?: string;
  readonly taskId?: string;
  readonly node?: string;
  readonly model?: string;
}

/**
 * How long a blob that no run names any more stays, in milliseconds: the event that will name it may be on its way from
 * whoever put it last.
 */
export const BLOB_GRACE_MS = 600_000;

/** Everything that happens together or not at all. */
export interface Commit {
  readonly runId: string;
  /** Epoch of the committer's lease; an older one than the store's is refused with `LEASE_LOST`. */
  readonly leaseEpoch: number;
  /** Version that the commit builds on; another one is refused with `VERSION_CONFLICT`. */
  readonly expectedVersion: number;
  readonly writes: readonly RecordWrite[];
  /** Journal events; the store takes ownership and sets `seq` on these very objects. */
  readonly events: readonly EventDraft[];
  readonly ledger?: readonly LedgerEntry[];
}

/** Where a commit's events stand in the log: `from` and `to` are their first and last `seq`. */
export interface CommitResult {
  /** The run's version after the commit. */
  readonly version: number;
  readonly from: number;
  readonly to: number;
}

/** Who asks to own a run, and for how long, in milliseconds. */
export interface LeaseRequest {
  readonly runId: string;
  /** Boot id, pid and process start, so that a dead owner on the same host is recognised. */
  readonly owner: string;
  /** Milliseconds until others may take it. */
  readonly ttlMs: number;
  /** Tells that a former owner's process is gone, so that its lease need not be waited for. */
  readonly isGone?: (owner: string) => boolean;
}

/** Right to commit to a run. Fencing is by `epoch`: the store refuses commits of an older one. */
export interface Lease {
  readonly runId: string;
  readonly owner: string;
  readonly epoch: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A large payload as it was stored. */
export interface StoredBlob {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/**
 * The one storage of a tenant: event log, execution records, ledger and blobs, so that a commit can change them
 * together. Every implementation passes `storeContract` of `@fleetglass/core/testing`.
 *
 * Promises: `seq` starts at 1 and has no holes; a promise that resolved is durable as far as the implementation
 * claims; subscribers see only accepted events, in order; concurrent calls are accepted in the order of their making.
 * After {@link Store.close} every call rejects with `STORE_CLOSED`.
 */
export interface Store {
  readonly tenant: string;
  /** Life of the log: changes when it starts empty, is restored or truncated; never on an ordinary restart. */
  readonly epoch: string;
  /** Sums by hour and day, changed together with the events that they are made of. @default none are kept */
  readonly rollups?: Rollups;
  /** `seq` of the newest accepted event; 0 in an empty log. */
  head(): number;
  /** `seq` of the oldest event still held; `head() + 1` when none is. */
  first(): number;
  /** Accepts observed or foreign events. Takes ownership of the drafts and sets `seq` on these very objects. */
  append(drafts: readonly EventDraft[], options?: AppendOptions): Promise<AppendResult>;
  /** @throws FleetglassError `CURSOR_TOO_OLD` when `from` lies before {@link Store.first}, `BAD_INPUT` for a senseless query */
  read(query: ReadQuery): Promise<EventPage>;
  /**
   * Calls `listener` with every batch that is accepted from now on. It must not throw and must return soon.
   *
   * @returns a function that ends the subscription
   */
  subscribe(listener: (batch: EventBatch) => void): () => void;
  /** @throws FleetglassError `LEASE_LOST`, `VERSION_CONFLICT`, `STATE_NOT_JSON`; nothing was changed then */
  commit(commit: Commit): Promise<CommitResult>;
  /** Records of a run whose keys begin with `prefix`, as of `version`; `undefined` for a run without commits. */
  load(runId: string, options?: { prefix?: string; version?: number }): Promise<StoredRun | undefined>;
  /** Ids of runs that have commits, in the order of their first one. */
  listRuns(): Promise<readonly string[]>;
  /** Entries in the order of their commits; those of deleted runs are in it, but not under their run's id. */
  ledger(query?: { runId?: string }): Promise<readonly LedgerEntry[]>;
  /** @throws FleetglassError `LEASE_HELD` while another owner's lease runs; the same owner gets a new epoch */
  acquireLease(request: LeaseRequest): Promise<Lease>;
  /** @throws FleetglassError `LEASE_LOST` when someone else took it */
  renewLease(lease: Lease, ttlMs: number): Promise<Lease>;
  /** Gives it back; does nothing when it is lost already. */
  releaseLease(lease: Lease): Promise<void>;
  /** Stores bytes under a reference derived from them; storing twice is storing once. */
  putBlob(bytes: Uint8Array, mediaType: string): Promise<BlobRef>;
  getBlob(ref: BlobRef): Promise<StoredBlob | undefined>;
  /**
   * Deletes a run whether it has ended or not: its records, its events, its lease, and the blobs that its records and
   * events name and those of no other run do, {@link BLOB_GRACE_MS} after they were put last. Positions stay: no `seq`
   * is used twice, cursors stay valid, and pages cover the places where its events were. What it spent stays in the
   * ledger; a reservation that was still open becomes `abandoned`. The id is free for a new run.
   *
   * @param lease lets the owner of a run delete it
   * @returns whether there was anything
   * @throws FleetglassError `LEASE_HELD` while an owner's lease runs, `LEASE_LOST` when `lease` is not the newest;
   * nothing was changed then
   */
  deleteRun(runId: string, lease?: Lease): Promise<boolean>;
  /** Runs deleted or put back so far. Whoever keeps what it has folded compares it, and folds anew when it grew. */
  deletions(): number;
  /** About how many bytes the store takes up now. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}
