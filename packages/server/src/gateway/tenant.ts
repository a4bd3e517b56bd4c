import type { Clock, FleetHost } from '@fleetglass/core';
import type { CommandDesk } from './commands.js';
import { createCommandDesk } from './commands.js';
import type { FanOut } from './fan-out.js';
import { createFanOut } from './fan-out.js';
import type { LogReader } from './log-reader.js';
import { createLogReader } from './log-reader.js';
import type { GatewayLogger } from './logger.js';
import type { Meters } from './meters.js';
import type { VisibleBlobs } from './visible-blobs.js';
import { createVisibleBlobs } from './visible-blobs.js';

/** One tenant's host and what all of its viewers share. */
export interface Tenant {
  readonly host: FleetHost;
  readonly fanOut: FanOut;
  readonly reader: LogReader;
  readonly commands: CommandDesk;
  /** Never `host.blobs` for a viewer: that one does not ask who reads. */
  readonly blobs: VisibleBlobs;
  close(): void;
}

export function createTenant(host: FleetHost, clock: Clock, meters: Meters, logger?: GatewayLogger): Tenant {
  const fanOut = createFanOut(host.log, clock, (events) => meters.deliveries.inc(events));
  const reader = createLogReader(host.log);
  return {
    host,
    fanOut,
    reader,
    commands: createCommandDesk(host.commands, clock, meters, logger),
    blobs: createVisibleBlobs(host),
    close() {
      fanOut.close();
      reader.clear();
    },
  };
}
