import { systemClock, toFleetglassError } from '@fleetglass/core';
import type { FleetglassError, PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { toLiveValue } from '../lib/live-value.js';
import { createAgUiConverter } from './converter.js';

/** Characters of one event that are observed. */
const MAX_EVENT_SIZE = 1_000_000;

/** Whom a watched stream is reported to. */
export interface WatchAgUiOptions {
  /** Takes the events as they come, for example `(events) => events.forEach((event) => emitter.emit(event))`. */
  readonly report: (events: readonly EventInput[]) => void;
  readonly prices: PriceTable;
  /** Id of the run. @default the stream's own */
  readonly runId?: string;
  /** The present in milliseconds. @default the system's clock */
  readonly now?: () => number;
  /** Told what went wrong while observing; whoever reads the stream never notices. @default nobody */
  readonly onError?: (error: FleetglassError) => void;
}

/**
 * Watches a stream of AG-UI events: hands each one on, unchanged and at once, and reports what it means.
 *
 * @param stream events as objects, for example what an agent yields
 */
export async function* watchAgUi<T>(
  stream: AsyncIterable<T> | Iterable<T>,
  { report, prices, runId, now = () => systemClock.now(), onError }: WatchAgUiOptions,
): AsyncGenerator<T, void, undefined> {
  const converter = createAgUiConverter({ prices, runId, now, stamp: now });
  let line = 0;
  const observe = (convert: () => EventInput[]): void => {
    try {
      const events = convert();
      if (events.length > 0) report(events);
    } catch (error) {
      onError?.(toFleetglassError(error));
    }
  };
  try {
    for await (const event of stream) {
      line += 1;
      observe(() =>
        converter.take({
          path: '',
          value: toLiveValue(event, MAX_EVENT_SIZE),
          place: { file: 'stream', line },
        }),
      );
      yield event;
    }
  } finally {
    observe(() => converter.end());
  }
}
