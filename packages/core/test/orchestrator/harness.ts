import type { EventOf, EventType, FleetEvent } from '../../src/protocol/event.js';
import type { OrchestratorOptions } from '../../src/orchestrator/create-orchestrator.js';
import { createOrchestrator } from '../../src/orchestrator/create-orchestrator.js';
import type {
  ModelCall,
  ModelCallControl,
  ModelProvider,
} from '../../src/orchestrator/calls/model-provider.js';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { Store } from '../../src/log/store.js';
import type { PriceTable } from '../../src/model/price.js';
import { createSeededRandom } from '../../src/testing/seeded-random.js';
import { FleetglassError } from '../../src/errors/fleetglass-error.js';

export interface Harness {
  readonly store: Store;
  readonly orchestrator: ReturnType<typeof createOrchestrator>;
  events(): Promise<readonly FleetEvent[]>;
  /** Events of one type, in order. */
  of<T extends EventType>(type: T): Promise<readonly EventOf<T>[]>;
}

/** Every harness makes ids of its own. */
let seeds = 0;

export function createHarness(options: OrchestratorOptions = {}): Harness {
  const store = options.store ?? createMemoryStore();
  const orchestrator = createOrchestrator({ random: createSeededRandom((seeds += 1)), ...options, store });
  const events = async (): Promise<readonly FleetEvent[]> =>
    (await store.read({ from: 1, limit: 1_000_000 })).events;
  return {
    store,
    orchestrator,
    events,
    of: async (type) => (await events()).filter((event) => event.type === type) as never,
  };
}

/** Nano-dollars a token: easy to compute by head. */
export const flatPrices = (input = 1_000, output = 5_000): PriceTable => ({
  cost: ({ model, usage }) =>
    model.startsWith('unpriced')
      ? { basis: 'unknown' }
      : { nanoUsd: usage.inputTokens * input + usage.outputTokens * output, basis: 'list' },
  limits: () => ({ maxOutputTokens: 10_000, contextTokens: 100_000 }),
});

export interface FakeProvider extends ModelProvider {
  readonly calls: ModelCall[];
}

/** A provider that counts an input token a character and answers as it is told. */
export function createProvider(
  answer: (
    call: ModelCall,
    control: ModelCallControl,
  ) =>
    { text?: string; outputTokens?: number } | Promise<{ text?: string; outputTokens?: number }> = () => ({}),
): FakeProvider {
  const calls: ModelCall[] = [];
  const count = (messages: ModelCall['messages']): number =>
    messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    id: 'fake',
    calls,
    countTokens: count,
    async call(call, control) {
      calls.push(call);
      const { text = 'ok', outputTokens = 10 } = await answer(call, control);
      return { text, usage: { inputTokens: count(call.messages), outputTokens } };
    },
  };
}

/** Lets everything that is ready run, I/O included, until nothing changes any more. */
export async function settle(turns = 5): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once `condition` holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = 'the condition',
): Promise<void> {
  for (let i = 0; i < 2_000; i += 1) {
    if (await condition()) return;
    await settle(1);
  }
  throw new Error(`Waited in vain for ${what}.`);
}

/** A store whose process "dies": from commit `after` on nothing is accepted, as if power had failed. */
export function dyingStore(store: Store, after: number): Store & { readonly commits: number } {
  let commits = 0;
  let dead = false;
  const die = (): never => {
    // Refused for good: a store that merely fails is asked again.
    throw new FleetglassError('STORE_CLOSED', 'The power failed.');
  };
  return {
    ...store,
    get commits() {
      return commits;
    },
    async commit(commit) {
      commits += 1;
      if (commits > after) dead = true;
      return dead ? die() : store.commit(commit);
    },
    append: async (drafts, options) => (dead ? die() : store.append(drafts, options)),
    acquireLease: async (request) => (dead ? die() : store.acquireLease(request)),
    renewLease: async (lease, ttlMs) => (dead ? die() : store.renewLease(lease, ttlMs)),
    // A dead process gives nothing back.
    releaseLease: async () => undefined,
  };
}
