/**
 * Reads results of tau-bench.
 *
 * @packageDocumentation
 */
export { tauBenchFormat } from './tau-bench/format.js';
