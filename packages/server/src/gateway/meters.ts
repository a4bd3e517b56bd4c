import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { prometheus } from './prometheus.js';

/** What a gateway counts of itself; `/metrics` prints the registry. One registry a gateway, so that two do not mix. */
export interface Meters {
  readonly registry: Registry;
  /** Open live connections by `transport`: websocket, sse, poll. */
  readonly connections: Gauge<'transport'>;
  /** Deliveries of events to viewers. */
  readonly deliveries: Counter;
  /** What was done for viewers that take less than is sent, by `step`: coalesced, snapshot, disconnected. */
  readonly slow: Counter<'step'>;
  /** Refusals by error `code`, over HTTP and live. */
  readonly refused: Counter<'code'>;
  /** Commands by `outcome`: done or the error code. */
  readonly commands: Counter<'outcome'>;
  /** Seconds that HTTP requests took, by `route` pattern, `method` and `status`. */
  readonly http: Histogram<'route' | 'method' | 'status'>;
}

export function createMeters(): Meters {
  const registry = new prometheus.Registry();
  const registers = [registry];
  return {
    registry,
    connections: new prometheus.Gauge({
      name: 'fleetglass_connections',
      help: 'Open live connections',
      labelNames: ['transport'],
      registers,
    }),
    deliveries: new prometheus.Counter({
      name: 'fleetglass_deliveries_total',
      help: 'Deliveries to viewers',
      registers,
    }),
    slow: new prometheus.Counter({
      name: 'fleetglass_slow_consumer_total',
      help: 'Steps taken for viewers that take less than is sent to them',
      labelNames: ['step'],
      registers,
    }),
    refused: new prometheus.Counter({
      name: 'fleetglass_refused_total',
      help: 'Refusals by error code',
      labelNames: ['code'],
      registers,
    }),
    commands: new prometheus.Counter({
      name: 'fleetglass_commands_total',
      help: 'Commands by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    http: new prometheus.Histogram({
      name: 'fleetglass_http_request_seconds',
      help: 'Duration of HTTP requests',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
      registers,
    }),
  };
}
