import { basename } from 'node:path';
import type { CommandHandler } from '@fleetglass/core';
import { createEventLog, FleetglassError } from '@fleetglass/core';
import { createSqliteStore } from '@fleetglass/server';
import { createPrices } from '@fleetglass/sources/prices';
import { servePage } from './page-server.js';
import { readRecording } from './recording.js';
import type { Application } from './start-review.js';

const readOnly: CommandHandler = {
  execute: async () => {
    throw new FleetglassError('FORBIDDEN', 'This is a recording: it can be watched, not steered.');
  },
};

/**
 * Shows a recorded session; nothing is written anywhere.
 *
 * @throws FleetglassError `NOT_FOUND`, `BAD_INPUT`, `UNSUPPORTED_VERSION`, `PORT_IN_USE`
 */
export async function startRecording(file: string, port: number): Promise<Application> {
  const store = createSqliteStore({ file: ':memory:' });
  try {
    const { events, badLines } = await readRecording(file, store, createPrices());
    const gateway = await servePage({ log: createEventLog(store), blobs: store, commands: readOnly }, port, {
      mode: 'recording',
      subject: basename(file),
    });
    return {
      url: gateway.url,
      greeting: [
        `Showing ${file}: ${events} events.`,
        ...(badLines > 0
          ? [
              `BAD_INPUT: ${badLines} ${badLines === 1 ? 'line was' : 'lines were'} left out because they could not be read; the activity feed names them.`,
            ]
          : []),
      ],
      unfinished: () => 0,
      async close() {
        await gateway.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
