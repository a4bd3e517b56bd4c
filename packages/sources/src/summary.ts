/**
 * Counts what runs did and cost, from their events and without the fold.
 *
 * @packageDocumentation
 */
export { createRunSummaries } from './summary/run-summary.js';
export type { RunSummaries, RunSummary, TokenSums } from './summary/run-summary.js';
