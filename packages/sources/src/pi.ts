/**
 * Reads sessions of pi.
 *
 * @packageDocumentation
 */
export { piFormat } from './pi/format.js';
