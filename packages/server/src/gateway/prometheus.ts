import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import CounterFile from 'prom-client/lib/counter.js';
import GaugeFile from 'prom-client/lib/gauge.js';
import HistogramFile from 'prom-client/lib/histogram.js';
import RegistryFile from 'prom-client/lib/registry.js';

/**
 * What a gateway needs of `prom-client`, file by file: the package as a whole also loads OpenTelemetry, which takes
 * longer than all of the gateway.
 */
export const prometheus: {
  readonly Counter: typeof Counter;
  readonly Gauge: typeof Gauge;
  readonly Histogram: typeof Histogram;
  readonly Registry: typeof Registry;
} = { Counter: CounterFile, Gauge: GaugeFile, Histogram: HistogramFile, Registry: RegistryFile };
