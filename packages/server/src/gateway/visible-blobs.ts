import { blobRefsIn } from '@fleetglass/core';
import type { FleetHost, StoredBlob } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { Filter } from '@fleetglass/core/protocol';
import { eventText } from '../lib/event-text.js';

/** Blobs by who asks: a restricted viewer gets only those that an event names which it may see. */
export interface VisibleBlobs {
  get(ref: string, scope: Filter | undefined): Promise<StoredBlob | undefined>;
}

/** What the events of one scope name, as far as they were read. */
interface Named {
  readonly refs: Set<string>;
  next: number;
  reading: Promise<void> | undefined;
}

/** Scopes whose references are kept; the one that was asked for least recently is forgotten. */
const MOST_SCOPES = 64;
/** References kept of one scope; beyond them the events are read again for each question. */
const MOST_REFS = 100_000;
const PAGE = 500;

const yieldToOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createVisibleBlobs({ log, blobs }: FleetHost): VisibleBlobs {
  const scopes = new Map<string, Named>();

  const namedOf = (scope: Filter): Named => {
    const key = filterKey(scope);
    const named = scopes.get(key) ?? { refs: new Set(), next: log.first(), reading: undefined };
    scopes.delete(key);
    scopes.set(key, named);
    const [oldest] = scopes.keys();
    if (scopes.size > MOST_SCOPES && oldest !== undefined) scopes.delete(oldest);
    return named;
  };

  const readOn = async (named: Named, scope: Filter, wanted: string): Promise<void> => {
    if (named.refs.size > MOST_REFS) {
      named.refs.clear();
      named.next = log.first();
    }
    const head = log.head();
    for (let pages = 0; named.next <= head && !named.refs.has(wanted); pages += 1) {
      if (pages > 0) await yieldToOthers();
      const from = Math.max(named.next, log.first());
      const page = await log.read({ from, to: head, filter: scope, limit: PAGE });
      for (const event of page.events) for (const ref of blobRefsIn(eventText(event))) named.refs.add(ref);
      named.next = Math.max(page.to, from) + 1;
    }
  };

  return {
    async get(ref, scope) {
      if (scope) {
        const named = namedOf(scope);
        while (named.reading) await named.reading;
        if (!named.refs.has(ref)) {
          named.reading = readOn(named, scope, ref).finally(() => (named.reading = undefined));
          await named.reading;
        }
        // The same answer as for one that does not exist: whether it does is not for them to know.
        if (!named.refs.has(ref)) return undefined;
      }
      return blobs.getBlob(ref);
    },
  };
}
