import type { Clock, FleetHost } from '@fleetglass/core';
import type { CommandDesk } from './commands.js';
import { createCommandDesk } from './commands.js';
import type { FanOut } from './fan-out.js';
import { createFanOut } from './fan-out.js';
import type { LogReader } from './log-reader.js';
import { createLogReader } from './log-reader.js';

/** One tenant's host and what all of its viewers share. */
export interface Tenant {
  readonly host: FleetHost;
  readonly fanOut: FanOut;
  readonly reader: LogReader;
  readonly commands: CommandDesk;
  close(): void;
}

export function createTenant(host: FleetHost, clock: Clock): Tenant {
  const fanOut = createFanOut(host.log, clock);
  const reader = createLogReader(host.log);
  return {
    host,
    fanOut,
    reader,
    commands: createCommandDesk(host.commands, clock),
    close() {
      fanOut.close();
      reader.clear();
    },
  };
}
