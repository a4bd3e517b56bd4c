import type { Store } from '@fleetglass/core';
import { collectDefaultMetrics, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Metrics of the process (memory, CPU, event loop, garbage collection) and of its store. */
export function measureProcess(registry: Registry, store: Pick<Store, 'bytes'>): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'fleetglass_store_bytes',
    help: 'Bytes that the store takes, without what it would reuse',
    registers: [registry],
    async collect() {
      this.set(await store.bytes());
    },
  });
}
