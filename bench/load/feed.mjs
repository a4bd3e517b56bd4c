import { createEmitter, createEventLog, createMemoryStore, FleetglassError } from '@fleetglass/core';
import { createGateway } from '@fleetglass/server';
import { busyFleet } from './busy-fleet.mjs';

/** Milliseconds between two lots of events. */
const LOT_MS = 10;
const PROBES_A_SECOND = 10;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server whose fleet is as busy as one asks, in this process: what it costs is not counted with the page. */
export async function startFeed(origin, { lanes, tasksARun }) {
  const store = createMemoryStore();
  const emitter = createEmitter({ store, redact: false });
  const refuse = async () => {
    throw new FleetglassError('UNKNOWN_COMMAND', 'This host takes no commands.');
  };
  const host = { log: createEventLog(store), commands: { execute: refuse }, blobs: store };
  const gateway = createGateway({ host, port: 0, allowedOrigins: [origin] });
  await gateway.listen();
  const events = busyFleet({ lanes, tasksARun });
  let probes = 0;

  return {
    url: `${gateway.url.replace('http', 'ws')}/api/v1/live`,
    /** Emits `rate` events a second, of them ten probes: warnings in the feed that tell when they were emitted. */
    async run(rate, seconds) {
      const began = performance.now();
      let sent = 0;
      let asked = 0;
      for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - began) {
        const due = Math.floor((elapsed / 1_000) * rate);
        let last;
        for (; sent < due; sent += 1) emitter.emit((last = events.next().value));
        if (last && elapsed > (asked * 1_000) / PROBES_A_SECOND) {
          const at = (performance.timeOrigin + performance.now()).toFixed(3);
          const message = `probe ${(probes += 1)} at ${at}`;
          emitter.emit({ type: 'log.written', runId: last.runId, data: { level: 'warn', message } });
          asked += 1;
        }
        await sleep(LOT_MS);
      }
      return { sent, probes: asked };
    },
    close: () => gateway.close(),
  };
}
