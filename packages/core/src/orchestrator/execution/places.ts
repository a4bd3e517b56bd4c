/** Tasks that may run at once in all runs of an orchestrator. */
export interface Places {
  /** Takes a place; without one `onFree` is called once when there may be one. */
  take(onFree: () => void): boolean;
  release(): void;
  /** Takes a place over the limit: for a task that goes on after waiting. */
  retake(): void;
}

export function createPlaces(limit: number): Places {
  let taken = 0;
  const waiting = new Set<() => void>();
  return {
    take(onFree) {
      if (taken < limit) {
        taken += 1;
        return true;
      }
      waiting.add(onFree);
      return false;
    },
    release() {
      taken -= 1;
      for (const onFree of waiting) {
        if (taken >= limit) return;
        waiting.delete(onFree);
        onFree();
        return;
      }
    },
    retake() {
      taken += 1;
    },
  };
}
