/**
 * Reads conversations of OpenHands.
 *
 * @packageDocumentation
 */
export { openHandsFormat } from './openhands/format.js';
