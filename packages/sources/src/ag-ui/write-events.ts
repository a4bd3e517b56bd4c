import { FleetglassError } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import type { AgUiEvent } from './event.js';
import type { RunToAgUi } from './write-run.js';
import { createRunToAgUi } from './write-run.js';

/** Which run is written. */
export interface ToAgUiOptions {
  /** The run to write. @default every one, as long as one is over before the next begins */
  readonly runId?: string;
}

/**
 * Writes runs as events of AG-UI 1.0: tasks are steps, further agents are sub-agents, messages and tools are streamed,
 * a run that waits for a decision ends by an interrupt and goes on as another one. Usage of each call goes along as the
 * custom event `fleetglass.model_call`, the sum for each model stands at the end, as the protocol wants it; what the
 * protocol has no word for goes along as custom events named `fleetglass.` and our type.
 *
 * @throws FleetglassError `BAD_INPUT` when runs overlap and none was chosen
 */
export async function* toAgUi(
  batches: AsyncIterable<readonly EventInput[]> | Iterable<readonly EventInput[]>,
  options: ToAgUiOptions = {},
): AsyncGenerator<AgUiEvent, void, undefined> {
  const writer = createAgUiWriter(options);
  for await (const events of batches) {
    for (const event of events) yield* writer.write(event);
  }
}

/** The same, one event at a time. */
export interface AgUiWriter {
  write(event: EventInput): readonly AgUiEvent[];
}

/** Makes a writer that turns events into AG-UI's, one after the other. */
export function createAgUiWriter({ runId: wanted }: ToAgUiOptions = {}): AgUiWriter {
  let current: { readonly runId: string; readonly run: RunToAgUi } | undefined;
  return {
    write(event) {
      const { runId } = event;
      if (runId === undefined || (wanted !== undefined && runId !== wanted)) return [];
      if (current?.runId !== runId) {
        if (current && !current.run.isOver()) {
          throw new FleetglassError(
            'BAD_INPUT',
            `Run ${runId} begins before ${current.runId} is over; choose one with runId.`,
          );
        }
        current = { runId, run: createRunToAgUi(runId) };
      }
      return current.run.write(event);
    },
  };
}
