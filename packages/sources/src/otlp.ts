/**
 * Reads and writes OTLP JSON with the conventions for generative AI.
 *
 * @packageDocumentation
 */
export { otlpFormat } from './otlp/format.js';
export { toOtlp, toOtlpDocuments } from './otlp/to-otlp.js';
export type { OtlpDocument, ToOtlpOptions } from './otlp/to-otlp.js';
