import type { PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import type { Place } from '../lib/warnings.js';

/** One parsed value of a source. */
export interface SourceRecord {
  /**
   * What the value is: `''` for a line, or for a document without the arrays that the format has split; `'[]'` for an
   * element of a document that is an array; else the name of the split array whose element it is. What a document
   * says beside its split arrays may come in several records of `''`, each with other fields. A line that is an array,
   * or has arrays that the format has split, reads like the same document on many lines.
   */
  readonly path: string;
  /** Whatever the JSON held: integers beyond the safe range are strings of digits. */
  readonly value: unknown;
  readonly place: Place;
}

/** Prices and ids that every converter takes. */
export interface ConverterOptions {
  readonly prices: PriceTable;
  /** Id of the run. @default the source's own id */
  readonly runId?: string | undefined;
  /** Id of the run where the source has none of its own, for example from the name of the file. @default the format */
  readonly fallbackRunId?: string | undefined;
  /** Name of the file: a label of its runs. */
  readonly file?: string | undefined;
  /** Stamps records of sources without times as they arrive. @default they only keep their order */
  readonly stamp?: (() => number) | undefined;
  /** The present in milliseconds: prices of calls whose day is not told. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Turns the records of one source into events, in constant memory, without ever throwing on odd data. */
export interface Converter {
  /** Events that a record causes. */
  take(record: SourceRecord): EventInput[];
  /** Counts a record that could not even be parsed, and warns. */
  reject(reason: string, place: Place): EventInput[];
  /** Ends what is still open, and the runs. Call it once, after the last record. */
  end(): EventInput[];
}

/** What the first bytes of a source show. */
export interface Sample {
  /** Name of the file, without folders. */
  readonly name: string;
  readonly layout: 'lines' | 'document';
  /** The first records; every array at the top of a document counts as split. */
  readonly records: readonly SourceRecord[];
}

/** An outside format of one file, by lines or as a document. */
export interface Format {
  /** As in `--format`, and the `source` of its runs. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Top-level arrays whose elements are handed over one by one, so that a large document needs little memory. */
  readonly split: readonly string[];
  /** Whether a source that begins like this is of this format. */
  detect(sample: Sample): boolean;
  createConverter(options: ConverterOptions): Converter;
}
