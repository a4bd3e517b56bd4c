/**
 * Reads failure logs of Who&When.
 *
 * @packageDocumentation
 */
export { whoAndWhenFormat } from './who-and-when/format.js';
