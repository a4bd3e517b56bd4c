import type { FleetEvent } from '@fleetglass/core/protocol';
import { isRecord } from '../lib/guards.js';

const OPTIONAL_TEXTS = [
  'id',
  'tenant',
  'runId',
  'threadId',
  'agentId',
  'taskId',
  'spanId',
  'parentSpanId',
] as const;

/** Reads an entry of a log. Unknown types and fields are kept. @returns why not, when it is none */
export function parseEvent(value: unknown): FleetEvent | string {
  if (!isRecord(value)) return 'not an object';
  if (!isPositive(value['v'])) return 'v must be a positive integer';
  if (!isPositive(value['seq'])) return 'seq must be a positive integer';
  if (!Number.isSafeInteger(value['time'])) return 'time must be an integer';
  if (typeof value['type'] !== 'string' || value['type'] === '') return 'type must be a text';
  if (!isRecord(value['data'])) return 'data must be an object';
  for (const name of OPTIONAL_TEXTS) {
    if (value[name] !== undefined && typeof value[name] !== 'string') return `${name} must be a text`;
  }
  if (value['covers'] !== undefined && !isRange(value['covers'])) return 'covers must be a range of seq';
  // Every field of the envelope was checked above; the compiler cannot follow a record that far.
  return value as unknown as FleetEvent;
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [from, to] = value as readonly unknown[];
  return isPositive(from) && isPositive(to) && from <= to;
}
