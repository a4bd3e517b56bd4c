import { createEventLog, FleetglassError } from '@fleetglass/core';
import type { CommandHandler, FleetHost, Store } from '@fleetglass/core';

/** Runs belong to whoever orchestrates them; a gateway beside the log cannot steer them. */
const nobodyOwns: CommandHandler = {
  readOnly: true,
  execute: (command) =>
    Promise.reject(
      new FleetglassError(
        'FORBIDDEN',
        `Nobody here carries out \`${command.type}\`: this gateway serves a store. Serve the orchestrator that owns the runs with \`createGateway({ host: orchestrator.host })\`.`,
      ),
    ),
};

/** The viewers' side of a store that no orchestrator of this process works on. */
export function createStandaloneHost(store: Store): FleetHost {
  return {
    log: createEventLog(store),
    blobs: store,
    commands: nobodyOwns,
    ...(store.rollups ? { rollups: store.rollups } : {}),
  };
}
