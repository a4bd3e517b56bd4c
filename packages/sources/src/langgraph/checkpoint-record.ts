import { FleetglassError } from '@fleetglass/core';
import type { Json } from '@fleetglass/core/protocol';
import { isRecord } from '../lib/guards.js';

/** A channel of a checkpoint: its name, its version (`null` when it has none) and, unless it is empty, its value encoded. */
export type ChannelEntry = readonly [name: string, version: string | number | null, value?: Json];

/** A checkpoint as it is stored: values of channels that did not change are references to where they lie already. */
export interface CheckpointRecord {
  readonly parent: string | null;
  readonly channels: readonly ChannelEntry[];
  /** The checkpoint without channels, encoded. */
  readonly body: Json;
  /** Encoded. */
  readonly metadata: Json;
}

/** A write that waits for the next step: its place among those of its task, its channel, its value encoded. */
export type WriteEntry = readonly [place: number, channel: string, value: Json];

const damaged = (key: string): FleetglassError =>
  new FleetglassError('STORE_FAILED', `\`${key}\` is not what a saver writes: the thread is damaged.`, {
    details: { key },
  });

function isChannelEntry(value: unknown): value is ChannelEntry {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false;
  const version: unknown = value[1];
  return version === null || typeof version === 'string' || typeof version === 'number';
}

function isWriteEntry(value: unknown): value is WriteEntry {
  return (
    Array.isArray(value) && value.length === 3 && Number.isInteger(value[0]) && typeof value[1] === 'string'
  );
}

/** @throws FleetglassError `STORE_FAILED` for anything else */
export function asCheckpointRecord(key: string, value: Json): CheckpointRecord {
  if (!isRecord(value)) throw damaged(key);
  const { parent, channels, body, metadata } = value;
  const isComplete = body !== undefined && metadata !== undefined;
  if ((parent !== null && typeof parent !== 'string') || !isComplete) throw damaged(key);
  if (!Array.isArray(channels) || !channels.every(isChannelEntry)) throw damaged(key);
  return { parent, channels, body, metadata };
}

/** @throws FleetglassError `STORE_FAILED` for anything else */
export function asWriteEntries(key: string, value: Json): readonly WriteEntry[] {
  if (!Array.isArray(value) || !value.every(isWriteEntry)) throw damaged(key);
  return value;
}
