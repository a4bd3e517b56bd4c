import type { WireError } from '../errors/fleetglass-error.js';
import type { Json } from '../lib/json.js';
import { isRecord } from '../lib/json.js';
import type { EventPage, ReadQuery, StoredBlob } from '../log/store.js';
import type { Command, CommandResult } from '../protocol/command.js';
import type { Cursor } from '../protocol/cursor.js';
import type { Filter } from '../protocol/filter.js';
import type { OnLag, SnapshotReason } from '../protocol/frame.js';
import type { ConnectionStatus, Delivery } from './transport.js';

/** What a tab can ask of a log beside following it. */
export type TabQuestion =
  | { readonly what: 'command'; readonly command: Command; readonly commandId: string }
  | { readonly what: 'readRange'; readonly query: ReadQuery }
  | { readonly what: 'stateAt'; readonly cursor: Cursor; readonly filter: Filter }
  | { readonly what: 'blob'; readonly ref: string };

/** A state as text would carry it: its tables cannot be cloned. */
export interface TabState {
  readonly seq: number;
  readonly state: Json;
}

/** What a question is answered with. */
export type TabAnswer = CommandResult | EventPage | StoredBlob | TabState | undefined;

/** From a tab to the one that has the connection. */
export type FollowerMessage =
  | { readonly kind: 'join' }
  | { readonly kind: 'leave' }
  /** Asks for a sign of life, and tells how many messages were taken so far. */
  | { readonly kind: 'ping'; readonly taken: number }
  | {
      readonly kind: 'subscribe';
      readonly id: number;
      readonly filter: Filter;
      readonly cursor?: Cursor;
      readonly onLag?: OnLag;
    }
  | { readonly kind: 'unsubscribe'; readonly id: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: TabQuestion };

/** From the tab that has the connection to another. */
export type LeaderMessage =
  | { readonly kind: 'pong' }
  | {
      readonly kind: 'status';
      readonly status: Omit<ConnectionStatus, 'error'>;
      readonly error?: WireError;
    }
  | { readonly kind: 'events'; readonly id: number; readonly delivery: Delivery }
  | {
      readonly kind: 'snapshot';
      readonly id: number;
      readonly epoch: string;
      readonly reason: SnapshotReason;
      readonly at: TabState;
    }
  | { readonly kind: 'refused'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'answer'; readonly id: number; readonly answer?: TabAnswer; readonly error?: WireError }
  /** Too much waited for this tab: its subscriptions are gone, and it has to join anew. */
  | { readonly kind: 'lapsed' };

/** From one tab to all. */
export type CommonMessage =
  /** Who has the connection? */
  | { readonly kind: 'who' }
  /** The sender has it. */
  | { readonly kind: 'leading' };

export type TabMessage = FollowerMessage | LeaderMessage | CommonMessage;

/** A message, the tab that sent it, and the turn of following that it belongs to: what is late is not heard. */
export interface Posted {
  readonly from: string;
  readonly turn: number;
  readonly message: TabMessage;
}

/** @returns nothing for what is no message of a tab */
export function readPosted(data: unknown): Posted | undefined {
  if (!isRecord(data) || typeof data['from'] !== 'string') return undefined;
  const { from, turn, message } = data;
  if (typeof turn !== 'number' || !isRecord(message) || typeof message['kind'] !== 'string') return undefined;
  return { from, turn, message: message as unknown as TabMessage };
}
