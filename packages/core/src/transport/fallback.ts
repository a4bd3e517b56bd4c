import type { Clock, TimerHandle } from '../lib/clock.js';
import { systemClock } from '../lib/clock.js';
import { decodeServerFrame } from '../protocol/decode.js';
import type { Carrier, Wire } from './carrier.js';
import { isBusy } from './connection.js';
import type { HttpTransportOptions } from './http-wire.js';
import { longPollCarrier } from './long-poll.js';
import { createRemoteTransport } from './remote-transport.js';
import { sseCarrier } from './sse.js';
import type { Transport } from './transport.js';
import { globalWebSocket, webSocketCarrier } from './web-socket.js';
import type { WebSocketOptions } from './web-socket.js';

/** Where a gateway is, and what reaches it. */
export type FallbackOptions = HttpTransportOptions & WebSocketOptions;

/** A carrier that did not get as far as `hello` this often in a row is given up for the next one. */
const MAX_MISSES = 2;
/** While a later carrier serves, the earlier ones are tried this often. */
const UPGRADE_MS = 60_000;
/** An earlier carrier that is tried has to say hello within this time. */
const UPGRADE_TIMEOUT_MS = 10_000;

function isHello(frame: unknown): boolean {
  try {
    return decodeServerFrame(frame)?.frame === 'hello';
  } catch {
    return false;
  }
}

/**
 * Several carriers, the best one first, as one: the next one is taken when one does not get through, and a better one
 * is tried now and then beside the one that serves, which is left only once the better one has said hello. Its `hello` then
 * comes as a second one, by which the connection asks for everything again.
 */
export function fallbackCarrier(carriers: readonly Carrier[], clock: Clock): Carrier {
  /** Which one serves, or is tried. */
  let current = 0;
  let misses = 0;

  const miss = (): void => {
    misses += 1;
    if (misses < MAX_MISSES) return;
    misses = 0;
    current = (current + 1) % carriers.length;
  };

  return {
    open(initial, handler) {
      let token = initial;
      let isOpen = false;
      let isOver = false;
      let active: Wire | undefined;
      let probe: Wire | undefined;
      let timer: TimerHandle;

      const later = (callback: () => void, delayMs: number): void => {
        clock.clearTimeout(timer);
        timer = clock.setTimeout(callback, delayMs, { background: true });
      };

      const endProbe = (): void => {
        const ended = probe;
        probe = undefined;
        ended?.close(true);
      };

      const end = (): void => {
        isOver = true;
        clock.clearTimeout(timer);
        endProbe();
      };

      /** Tries the carriers before the one that serves, one after the other. */
      const lookUp = (index: number): void => {
        endProbe();
        if (index >= current) {
          later(() => lookUp(0), UPGRADE_MS);
          return;
        }
        probe = link(index);
        later(() => lookUp(index + 1), UPGRADE_TIMEOUT_MS);
      };

      const greeted = (index: number, wire: Wire): void => {
        misses = 0;
        current = index;
        isOpen = true;
        if (wire === probe) {
          probe = undefined;
          active?.close();
          active = wire;
        }
        clock.clearTimeout(timer);
        if (index > 0) later(() => lookUp(0), UPGRADE_MS);
      };

      const link = (index: number): Wire => {
        let isFirst = true;
        // `current` and `index` are always places of the list.
        const wire: Wire = (carriers[index] as Carrier).open(token, {
          heard(frame) {
            if (isOver || (wire !== active && wire !== probe)) return;
            if (isFirst && frame !== undefined) {
              isFirst = false;
              if (isHello(frame)) greeted(index, wire);
            }
            if (wire === active) handler.heard(frame);
          },
          lost(error) {
            if (isOver) return;
            if (wire === probe) lookUp(index + 1);
            else if (wire === active) {
              end();
              if (!isOpen && !isBusy(error)) miss();
              handler.lost(error);
            }
          },
        });
        return wire;
      };

      active = link(current);
      const used = (): Wire => active as Wire;

      return {
        get carrier() {
          return used().carrier;
        },
        send(frame) {
          if (frame.frame === 'auth') ({ token } = frame);
          used().send(frame);
        },
        close(isDead) {
          if (isDead && !isOpen) miss();
          end();
          used().close(isDead);
        },
      };
    },
  };
}

/**
 * Carries events from a gateway by whatever gets through: WebSocket, then server-sent events, then requests that wait.
 * A carrier that fails twice in a row is given up for the next one; from a later one the earlier are tried again every
 * minute, and what works is left only when the better one is there. `status.carrier` names the one in use. Everything
 * else is as with {@link webSocket}; a runtime without WebSocket begins with server-sent events.
 */
export function fallback(options: FallbackOptions): Transport {
  const { url, WebSocket = globalWebSocket(), fetch = globalThis.fetch, clock = systemClock } = options;
  const carriers = [sseCarrier(url, fetch, clock), longPollCarrier(url, fetch, clock)];
  if (WebSocket) carriers.unshift(webSocketCarrier(url, WebSocket));
  return createRemoteTransport(fallbackCarrier(carriers, clock), options);
}
