/**
 * Reads exports of Langfuse.
 *
 * @packageDocumentation
 */
export { langfuseFormat } from './langfuse/format.js';
