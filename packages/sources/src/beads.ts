/**
 * Reads tasks of Beads.
 *
 * @packageDocumentation
 */
export { beadsFormat } from './beads/format.js';
