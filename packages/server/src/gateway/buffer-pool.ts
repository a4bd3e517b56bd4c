/** A link's part of what waits for all viewers together. */
export interface BufferHolder {
  /** Counts what waits anew and tells the pool. @returns bytes that wait */
  measure(): number;
  /** Ends the connection at once, with what it holds. Its viewer can go on from its position. */
  letGo(): void;
}

/** What waits for all viewers of a gateway together, within a bound. */
export interface BufferPool {
  readonly bytes: number;
  /** What waits for a holder went from one number of bytes to another. */
  changed(holder: BufferHolder, from: number, to: number): void;
  /**
   * Makes room for so many bytes more. Where there is none, those are let go who hold much, and then those who hold
   * little, whoever has had something waiting for longest first: whoever reads what it is sent is not among them.
   *
   * @returns false when there is none even so
   */
  admit(bytes: number): boolean;
}

/** Whoever holds less is no cause of what is lacking, and is let go last. */
const MUCH = 64 * 1024;
/** Down to this part of the bound, so that whoever writes next need not look again. */
const LEFT_FULL = 7 / 8;

export function createBufferPool(maxBytes: number): BufferPool {
  /** In the order in which they began to hold something. */
  const holders = new Set<BufferHolder>();
  let held = 0;
  return {
    get bytes() {
      return held;
    },
    changed(holder, from, to) {
      held += to - from;
      if (to === 0) holders.delete(holder);
      else holders.add(holder);
    },
    admit(bytes) {
      if (held + bytes <= maxBytes) return true;
      const wanted = maxBytes * LEFT_FULL;
      for (const least of [MUCH, 1]) {
        for (const holder of holders) {
          if (held + bytes <= wanted) return true;
          if (holder.measure() >= least) holder.letGo();
        }
      }
      return held + bytes <= maxBytes;
    },
  };
}
