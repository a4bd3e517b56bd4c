import type { FleetEvent } from '../protocol/event.js';
import type { JsonObject } from '../lib/json.js';
import { dataOf, number, object, oneOf, text } from '../projection/guard.js';

/** What was said of a part at one moment. */
export interface PartReport<S extends string> {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly status: S;
  readonly message?: string;
}

/** A part of the system as it was last told of. */
export interface SystemPart<S extends string> extends PartReport<S> {
  readonly name: string;
  /** Since when it has this status. */
  readonly since: number;
  /** Changes of its status, oldest first; the newest hundred. */
  readonly changes: readonly PartReport<S>[];
  readonly fields?: JsonObject;
  /** Of an MCP server. */
  readonly tools?: number;
}

/** How well a part of the system works, as it says itself. */
export type HealthStatus = 'ok' | 'degraded' | 'down' | 'unknown';
/** Whether an MCP server is connected. */
export type McpStatus = 'connected' | 'disconnected' | 'failed' | 'unknown';

const MOST_CHANGES = 100;
const MOST_PARTS = 1_000;

const health = oneOf<HealthStatus>('ok', 'degraded', 'down');
const mcp = oneOf<McpStatus>('connected', 'disconnected', 'failed');

/** Components of `system.health` events, as last told, in the order of their names. */
export const selectSystemHealth = (events: readonly FleetEvent[]): readonly SystemPart<HealthStatus>[] =>
  partsOf(events, 'component', (value) => health(value) ?? 'unknown');

/** Servers of `system.mcp` events, as last told, in the order of their names. */
export const selectMcpServers = (events: readonly FleetEvent[]): readonly SystemPart<McpStatus>[] =>
  partsOf(events, 'server', (value) => mcp(value) ?? 'unknown');

function partsOf<S extends string>(
  events: readonly FleetEvent[],
  field: 'component' | 'server',
  statusOf: (value: unknown) => S,
): readonly SystemPart<S>[] {
  const parts = new Map<string, SystemPart<S>>();
  for (const event of events) {
    const data = dataOf(event.data);
    const name = text(data[field]);
    const last = parts.get(name ?? '');
    if (name === undefined || (!last && parts.size >= MOST_PARTS)) continue;
    const message = text(data['message']);
    const report: PartReport<S> = {
      seq: event.seq,
      time: event.time,
      status: statusOf(data['status']),
      ...(message === undefined ? {} : { message }),
    };
    const isSame = last?.status === report.status;
    const fields = object(data['fields']) ?? last?.fields;
    const tools = number(data['tools']) ?? last?.tools;
    parts.set(name, {
      ...report,
      name,
      since: isSame ? last.since : event.time,
      changes: isSame ? last.changes : [...(last?.changes ?? []), report].slice(-MOST_CHANGES),
      ...(fields === undefined ? {} : { fields }),
      ...(tools === undefined ? {} : { tools }),
    });
  }
  return [...parts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
