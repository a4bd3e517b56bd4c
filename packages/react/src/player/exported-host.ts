import { emptyState, FleetglassError, reduce } from '@fleetglass/core/client';
import type { FleetHost } from '@fleetglass/core/client';
import { compileFilter, EVERYTHING } from '@fleetglass/core/protocol';
import type { FleetEvent } from '@fleetglass/core/protocol';

/**
 * Serves the events of a file as a log does, holes where other runs' events were included. There is nobody to carry
 * commands out, and large payloads were left behind.
 */
export function createExportedHost(events: readonly FleetEvent[]): FleetHost {
  const head = events.at(-1)?.seq ?? 0;
  return {
    log: {
      epoch: 'exported',
      head: () => head,
      first: () => events[0]?.seq ?? 1,
      async read({ from, to = head, filter = EVERYTHING, limit = 1_000 }) {
        const matches = compileFilter(filter);
        const last = Math.min(to, head, from + limit - 1);
        const page = events.slice(placeOf(events, from), placeOf(events, last + 1)).filter(matches);
        return { from, to: last, events: page };
      },
      subscribe: () => () => {},
      async stateAt(seq, filter) {
        const at = Math.min(seq, head);
        const before = events.slice(0, placeOf(events, at + 1)).filter(compileFilter(filter));
        return { seq: at, state: { ...reduce(emptyState(), before), seq: at } };
      },
    },
    commands: {
      async execute() {
        throw new FleetglassError('RUN_ENDED', 'This is an exported file; nothing of it runs any more.');
      },
    },
    blobs: { getBlob: async () => undefined },
  };
}

/** Where the first event of at least `seq` is. */
function placeOf(events: readonly FleetEvent[], seq: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
