import type { FleetState } from '../projection/state.js';
import type { Command, CommandResult } from '../protocol/command.js';
import type { SnapshotReason } from '../protocol/frame.js';
import type { BlobRef } from '../protocol/payload.js';
import type { EventPage, ReadQuery, StoredBlob } from '../log/store.js';
import type { ConnectionStatus } from '../transport/transport.js';

/** What the screens are drawn from; a change is a new object, an unchanged part keeps its identity. */
export interface MonitorSnapshot {
  /** State at the shown position. */
  readonly state: FleetState;
  /** The newest state, also while the past is shown. */
  readonly live: FleetState;
  readonly mode: 'live' | 'replay';
  /** Position shown. */
  readonly seq: number;
  /** Newest position known. */
  readonly head: number;
  /** Oldest position that can be shown. */
  readonly first: number;
  /** A past moment is being fetched; the state is still the previous one. */
  readonly seeking: boolean;
  readonly connection: ConnectionStatus;
  /** `false` until the first snapshot or event arrived. */
  readonly ready: boolean;
  /** The view continued from a snapshot and not from its cursor: why, and when. */
  readonly restarted?: { readonly reason: SnapshotReason; readonly at: number };
}

/**
 * The client-side store: folds events into state, remembers the recent past, and sends commands. Framework-free;
 * `subscribe` and `getSnapshot` fit React's `useSyncExternalStore`.
 *
 * It connects while it has subscribers and disconnects shortly after the last one left. It keeps the last 20,000
 * events and a state every 1,000 of them; earlier moments are fetched.
 */
export interface Monitor {
  getSnapshot(): MonitorSnapshot;
  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void;
  /** Resolves with what became of it, also when it was refused; never rejects. */
  command(command: Command): Promise<CommandResult>;
  /** Shows the moment after event `seq`; every panel follows. Live events keep arriving behind it. */
  seek(seq: number): void;
  /** Back to the present. */
  goLive(): void;
  /** Events of a range, as far as the viewer may see them; for what the state does not keep, such as files and logs. */
  readRange(query: ReadQuery): Promise<EventPage>;
  blob(ref: BlobRef): Promise<StoredBlob | undefined>;
  /** Ends the connection for good and forgets everything. */
  dispose(): void;
}
