import type { ErrorCode } from '../errors/error-code.js';
import { FleetglassError } from '../errors/fleetglass-error.js';
import type { JsonObject } from '../lib/json.js';
import type { ClientFrame, HelloFrame } from '../protocol/frame.js';
import type { Carrier, CarrierName, WireHandler } from '../transport/carrier.js';

/** The server's end of a wire that exists only in memory. */
export interface ScriptedWire {
  readonly token: string | undefined;
  readonly sent: readonly ClientFrame[];
  readonly end: 'open' | 'closed' | 'dead' | 'lost';
  hello(fields?: Partial<HelloFrame>): void;
  /** @param frame a frame, or text that is none */
  say(frame: unknown): void;
  lose(code?: ErrorCode, details?: JsonObject): void;
}

export interface ScriptedCarrier extends Carrier {
  /** Opened so far, oldest first. */
  readonly wires: readonly ScriptedWire[];
  /** The newest one. */
  wire(): ScriptedWire;
}

/** A carrier that does what a test says. */
export function scriptedCarrier(name: CarrierName = 'webSocket'): ScriptedCarrier {
  const wires: ScriptedWire[] = [];
  return {
    wires,
    wire() {
      const wire = wires.at(-1);
      if (!wire) throw new Error(`No ${name} was opened.`);
      return wire;
    },
    open(token: string | undefined, handler: WireHandler) {
      const sent: ClientFrame[] = [];
      let end: ScriptedWire['end'] = 'open';
      wires.push({
        token,
        sent,
        get end() {
          return end;
        },
        hello: (fields = {}) =>
          handler.heard(
            JSON.stringify({
              frame: 'hello',
              protocol: 1,
              heartbeatMs: 1_000,
              epoch: 'e',
              maxFrameBytes: 1_000,
              ...fields,
            }),
          ),
        say: (frame) => handler.heard(typeof frame === 'string' ? frame : JSON.stringify(frame)),
        lose(code = 'DISCONNECTED', details = {}) {
          end = 'lost';
          handler.lost(new FleetglassError(code, 'The server said so.', { details }));
        },
      });
      return {
        carrier: name,
        send: (frame) => void sent.push(frame),
        close: (isDead = false) => void (end = isDead ? 'dead' : 'closed'),
      };
    },
  };
}
