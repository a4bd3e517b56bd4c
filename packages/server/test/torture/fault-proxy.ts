import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** `up` is towards the server, `down` towards the viewer. */
export type Direction = 'up' | 'down';

/** Changes what passes: gets each piece, returns what goes on instead. */
export type Rewrite = (chunk: Buffer) => Buffer;

/** One connection through the proxy, and what can be done to it. Directions are disturbed independently. */
export interface ProxyLink {
  /** Bytes that have arrived from either side. */
  readonly received: Readonly<Record<Direction, number>>;
  /** Swallows everything from now on; both ends believe that all is well. */
  drop(direction: Direction): void;
  /** Reads nothing until {@link ProxyLink.heal}: whoever sends is held up. */
  stall(direction: Direction): void;
  /** Holds every piece back for so long, in order. */
  delay(direction: Direction, ms: number): void;
  /** Lets no more bytes a second pass. */
  throttle(direction: Direction, bytesPerSecond: number): void;
  /** Ends both sides when so many more bytes have passed, in the middle of whatever they belong to. */
  cutAfter(direction: Direction, bytes: number): void;
  /** Ends both sides by RST. */
  reset(): void;
  /** Ends the one side that `direction` leads to and leaves the other in the belief that all is well. */
  halfOpen(direction: Direction): void;
  /** Ends stalls, delays and throttles. What was swallowed stays swallowed. */
  heal(): void;
}

/** A TCP proxy that mistreats what passes through it as it is told. */
export interface FaultProxy {
  readonly port: number;
  /** Connections, oldest first; one that was left half open counts until its living side ends. */
  readonly links: ReadonlySet<ProxyLink>;
  /** While true, whoever connects is turned away by RST. */
  isRefusing: boolean;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  readonly targetPort: number;
  /** Makes what rewrites the pieces of one direction of a new connection. @default nothing is rewritten */
  readonly rewrite?: (direction: Direction) => Rewrite | undefined;
}

/** One direction of a connection. */
class Pipe {
  received = 0;
  isDropping = false;
  delayMs = 0;
  bytesPerSecond = Number.POSITIVE_INFINITY;
  cutAt = Number.POSITIVE_INFINITY;
  #dueAt = 0;
  #held = 0;
  #isStalled = false;

  constructor(
    private readonly from: Socket,
    readonly to: Socket,
    private readonly rewrite: Rewrite | undefined,
    private readonly cut: () => void,
  ) {
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    to.on('drain', () => this.#flow());
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    if (isStalled) this.from.pause();
    else this.#flow();
  }

  #flow(): void {
    if (!this.#isStalled) this.from.resume();
  }

  #take(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.isDropping) return;
    const now = performance.now();
    const waits = this.delayMs + (chunk.length / this.bytesPerSecond) * 1_000;
    this.#dueAt =
      Math.max(now, this.#dueAt) + (waits > 0 && this.#dueAt > now ? waits - this.delayMs : waits);
    if (this.#dueAt <= now && this.#held === 0) {
      this.#pass(chunk);
      return;
    }
    this.#held += 1;
    setTimeout(() => {
      this.#held -= 1;
      this.#pass(chunk);
    }, this.#dueAt - now);
  }

  #pass(chunk: Buffer): void {
    if (this.isDropping || this.to.destroyed) return;
    const rewritten = this.rewrite ? this.rewrite(chunk) : chunk;
    const passing = rewritten.subarray(0, Math.min(rewritten.length, this.cutAt));
    this.cutAt -= passing.length;
    if (this.cutAt <= 0) {
      this.to.end(passing, () => this.cut());
      return;
    }
    // Whoever does not read holds up whoever sends, as without a proxy.
    if (!this.to.write(passing)) this.from.pause();
  }
}

export async function createFaultProxy({ targetPort, rewrite }: FaultProxyOptions): Promise<FaultProxy> {
  const links = new Set<ProxyLink>();
  const sockets = new Set<Socket>();
  const state = { isRefusing: false };

  const open = (viewer: Socket): void => {
    const server = connect(targetPort, '127.0.0.1');
    for (const socket of [viewer, server]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    let isHalfOpen = false;
    const cut = (): void => {
      viewer.destroy();
      server.destroy();
    };
    const pipes: Record<Direction, Pipe> = {
      up: new Pipe(viewer, server, rewrite?.('up'), cut),
      down: new Pipe(server, viewer, rewrite?.('down'), cut),
    };
    for (const [socket, other] of [
      [viewer, server],
      [server, viewer],
    ] as const) {
      socket.on('end', () => {
        if (!isHalfOpen) other.end();
      });
      socket.on('close', () => {
        sockets.delete(socket);
        if (!isHalfOpen) other.destroy();
        if (other.destroyed) links.delete(link);
      });
    }
    const link: ProxyLink = {
      get received() {
        return { up: pipes.up.received, down: pipes.down.received };
      },
      drop: (direction) => void (pipes[direction].isDropping = true),
      stall: (direction) => pipes[direction].stall(true),
      delay: (direction, ms) => void (pipes[direction].delayMs = ms),
      throttle: (direction, rate) => void (pipes[direction].bytesPerSecond = rate),
      cutAfter: (direction, bytes) => void (pipes[direction].cutAt = bytes),
      reset() {
        viewer.resetAndDestroy();
        server.resetAndDestroy();
      },
      halfOpen(direction) {
        isHalfOpen = true;
        pipes.up.isDropping = pipes.down.isDropping = true;
        pipes[direction].to.destroy();
      },
      heal() {
        for (const pipe of Object.values(pipes)) {
          pipe.delayMs = 0;
          pipe.bytesPerSecond = Number.POSITIVE_INFINITY;
          pipe.stall(false);
        }
      },
    };
    links.add(link);
  };

  const listener = createServer((viewer) => {
    if (state.isRefusing) viewer.resetAndDestroy();
    else open(viewer);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));

  return {
    port: (listener.address() as AddressInfo).port,
    links,
    get isRefusing() {
      return state.isRefusing;
    },
    set isRefusing(value) {
      state.isRefusing = value;
    },
    async close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
