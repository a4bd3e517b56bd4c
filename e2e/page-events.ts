import { createHash } from 'node:crypto';
import { emptyState, reduce } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { createSqliteStore } from '@fleetglass/server';
import type { Page } from 'playwright';

/** A log in three figures: equal ones mean the same events in the same order. */
export interface LogDigest {
  readonly head: number;
  readonly count: number;
  readonly hash: string;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every event that the database holds. */
export async function readLog(file: string): Promise<readonly FleetEvent[]> {
  const store = createSqliteStore({ file });
  try {
    const events: FleetEvent[] = [];
    for (let from = store.first(); from <= store.head();) {
      const page = await store.read({ from });
      events.push(...page.events);
      from = page.to + 1;
    }
    return events;
  } finally {
    await store.close();
  }
}

export function digestOf(events: readonly FleetEvent[]): LogDigest {
  return { head: events.at(-1)?.seq ?? 0, count: events.length, hash: hash(JSON.stringify(events)) };
}

/** What a viewer must show who has seen all of `events` once. */
export function stateOf(events: readonly FleetEvent[]): unknown {
  return plain(reduce(emptyState(), events));
}

/** What the page shows. */
export function stateOfPage(page: Page): Promise<unknown> {
  return page.evaluate(`(${plain.toString()})(window.fleetglass.monitor.getSnapshot().state)`);
}

/** A state without its tables and lists: what they hold, in order. It also runs inside the page, so it stands alone. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const { values } = value as { readonly values?: unknown };
  if (typeof values === 'function') {
    return [...(values as () => Iterable<unknown>).call(value)].map(plain);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** The events as the page can read them over its own connection. */
export async function digestOfPage(page: Page): Promise<LogDigest> {
  const events = await page.evaluate(async () => {
    const { monitor, transport } = window.fleetglass!;
    const { head } = monitor.getSnapshot();
    const found: unknown[] = [];
    for (let from = 1; from <= head;) {
      const range = await transport.readRange({ from });
      found.push(...range.events);
      from = range.to + 1;
    }
    return found;
  });
  return digestOf(events as readonly FleetEvent[]);
}
