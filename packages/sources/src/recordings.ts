/**
 * Knows every format: what a file is, which files belong together, what lies below a folder.
 *
 * @packageDocumentation
 */
export { openRecording } from './recordings/open-recording.js';
export type { Recording } from './recordings/open-recording.js';
export { RECORDING_FORMATS } from './recordings/formats.js';
export type { ReadRecordingOptions, RecordingFormat } from './recordings/recording-format.js';
export type { Converter, ConverterOptions, Format, Sample, SourceRecord } from './format/format.js';
export { findRecordings } from './recordings/find-recordings.js';
export { numberEvents } from './recordings/number-events.js';
