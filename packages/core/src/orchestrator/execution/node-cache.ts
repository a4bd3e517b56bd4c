import type { Clock } from '../../lib/clock.js';
import { findNonJson } from '../../lib/json.js';
import type { Json } from '../../lib/json.js';
import { blobRefOf } from '../../log/blob-ref.js';
import type { CacheOptions } from '../graph/graph-definition.js';
import { canonical } from '../calls/request-hash.js';

/** Most results that are kept; the one that was used longest ago goes first. */
const MAX_ENTRIES = 10_000;

export interface CachedCall {
  readonly graph: string;
  readonly node: string;
  readonly options: CacheOptions;
  readonly state: object;
  readonly run: () => unknown;
  /** The result is an earlier one. */
  readonly onHit: () => void;
}

/** What tasks returned, for tasks of the same node that see the same. It lives as long as its orchestrator. */
export interface NodeCache {
  /** The earlier result where there is one that is young enough; otherwise runs and keeps what comes of it. */
  through(call: CachedCall): Promise<unknown>;
}

export function createNodeCache(clock: Clock): NodeCache {
  const entries = new Map<string, { readonly update: unknown; readonly until: number }>();

  const find = (key: string): { readonly update: unknown } | undefined => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    entries.delete(key);
    if (entry.until <= clock.monotonic()) return undefined;
    entries.set(key, entry);
    return entry;
  };

  return {
    async through({ graph, node, options, state, run, onHit }) {
      const basis: unknown = options.key ? options.key(state) : state;
      if (findNonJson(basis) !== undefined) return run();
      const text = canonical([graph, node, basis as Json]);
      const key = await blobRefOf(new TextEncoder().encode(text));
      const found = find(key);
      if (found) {
        onHit();
        return found.update;
      }
      const update = await run();
      if (update === undefined || findNonJson(update) === undefined) {
        entries.set(key, { update, until: clock.monotonic() + options.ttlMs });
        const [oldest] = entries.keys();
        if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      }
      return update;
    },
  };
}
