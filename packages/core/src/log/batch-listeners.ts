import type { EventBatch } from './store.js';

/** Subscribers of a store: told of every batch at once and in order, whatever they do meanwhile. */
export interface BatchListeners {
  /** @returns a function that ends the subscription */
  add(listener: (batch: EventBatch) => void): () => void;
  notify(batch: EventBatch): void;
  clear(): void;
}

/** @param onError told what a listener threw; the others are called all the same */
export function createBatchListeners(onError: (error: unknown) => void): BatchListeners {
  // Replaced and not changed, so that a listener may come or go while others are being told.
  let listeners: readonly ((batch: EventBatch) => void)[] = [];
  const waiting: EventBatch[] = [];
  let notifying = false;

  const tell = (batch: EventBatch): void => {
    const told = listeners;
    for (let i = 0; i < told.length; i += 1) {
      try {
        told[i]?.(batch);
      } catch (error) {
        onError(error);
      }
    }
  };

  return {
    add(listener) {
      const entry = (batch: EventBatch): void => {
        listener(batch);
      };
      listeners = [...listeners, entry];
      return () => {
        listeners = listeners.filter((other) => other !== entry);
      };
    },
    notify(batch) {
      if (listeners.length === 0) return;
      if (notifying) {
        // A listener appended: the others must see this batch first.
        waiting.push(batch);
        return;
      }
      notifying = true;
      tell(batch);
      for (let next = waiting.shift(); next; next = waiting.shift()) tell(next);
      notifying = false;
    },
    clear() {
      listeners = [];
      waiting.length = 0;
    },
  };
}
