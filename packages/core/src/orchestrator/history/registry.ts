import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import type { CompiledGraph } from '../graph/compiled-graph.js';
import type { RunContext } from '../calls/context.js';
import type { RunOptions } from '../run/run-options.js';

/** What a registered name runs: a graph with its input, or a function. */
export type Launch =
  | {
      readonly graph: { readonly name: string; compile(): CompiledGraph };
      readonly input?: unknown;
      readonly options?: RunOptions;
    }
  | { readonly run: (ctx: RunContext) => unknown; readonly options?: RunOptions };

/** What can be started, recovered and forked by name. */
export interface Registry {
  has(name: string): boolean;
  set(
    name: string,
    make: ((input: Json | undefined) => Launch) | Extract<Launch, { graph: unknown }>['graph'],
  ): void;
  /** @throws FleetglassError `NOT_FOUND` */
  make(name: string, input: Json | undefined): Launch;
}

export function createRegistry(): Registry {
  const registered = new Map<string, (input: Json | undefined) => Launch>();
  return {
    has: (name) => registered.has(name),
    set(name, make) {
      registered.set(name, typeof make === 'function' ? make : (input) => ({ graph: make, input }));
    },
    make(name, input) {
      const make = registered.get(name);
      if (make) return make(input);
      const known = [...registered.keys()].map((other) => `'${other}'`).join(', ');
      throw new FleetglassError(
        'NOT_FOUND',
        `Nothing is registered as '${name}'. Registered: ${known || 'nothing'}.`,
      );
    },
  };
}
