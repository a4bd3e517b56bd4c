import type { Meters } from './meters.js';
import { prometheus } from './prometheus.js';
import type { Tenant } from './tenant.js';

/** Adds what is read only when somebody asks: how long the logs are, and what waits for viewers. */
export function measureLogs(
  { registry }: Meters,
  {
    tenants,
    buffered,
  }: { readonly tenants: ReadonlyMap<string, Tenant>; readonly buffered: { readonly bytes: number } },
): void {
  const registers = [registry];
  new prometheus.Gauge({
    name: 'fleetglass_log_head',
    help: 'Events that were accepted, of all tenants',
    registers,
    collect() {
      // Who the tenants are is nobody's business who reads metrics.
      let heads = 0;
      for (const { host } of tenants.values()) heads += host.log.head();
      this.set(heads);
    },
  });
  new prometheus.Gauge({
    name: 'fleetglass_buffered_bytes',
    help: 'Bytes that wait for viewers',
    registers,
    collect() {
      this.set(buffered.bytes);
    },
  });
}
