import type { EventBatch, FleetHost } from '@fleetglass/core';
import { createDeferred, FleetglassError, follow, fromWireError, webSocket } from '@fleetglass/core';
import { encodeCursor } from '@fleetglass/core/protocol';
import { WebSocket } from 'ws';
import type { CommandIo } from './command-io.js';

/** A gateway elsewhere as a host of this process: events, states, blobs and commands pass through. */
export interface RelayHost {
  readonly host: FleetHost;
  close(): void;
}

const LIVE_PATH = '/api/v1/live';

/**
 * Connects to a running gateway as a viewer. The token of `FLEETGLASS_TOKEN` travels as its protocol wants it, never in
 * the address.
 *
 * @throws FleetglassError `UNAUTHENTICATED`, `FORBIDDEN`, `BAD_INPUT` when the address is none
 */
export async function connectToGateway(address: string, io: CommandIo): Promise<RelayHost> {
  const token = io.env['FLEETGLASS_TOKEN'];
  const transport = webSocket({
    url: liveAddress(address),
    WebSocket,
    clock: io.clock,
    ...(token === undefined || token === '' ? {} : { token }),
  });
  const listeners = new Set<(batch: EventBatch) => void>();
  const opened = createDeferred<true>();
  let epoch: string | undefined;
  let head = 0;
  let isClosed = false;

  const refuse = (error: FleetglassError): void => {
    if (isClosed) return;
    // Before it was open the command ends with the error; later the page goes on with what it has.
    if (epoch === undefined) opened.reject(error);
    else io.err(`${error.code}: ${error.message}\n`);
  };
  const close = (): void => {
    isClosed = true;
    transport.close();
  };
  transport.onStatus(({ phase, error }) => {
    if (isClosed) return;
    if (error?.code === 'AUTH_TIMEOUT' && !token) {
      refuse(
        new FleetglassError(
          'UNAUTHENTICATED',
          `${address} wants a token: set FLEETGLASS_TOKEN in the environment.`,
        ),
      );
    } else if (phase === 'failed')
      refuse(error ?? new FleetglassError('DISCONNECTED', `${address} refused us: look at its log.`));
    else if (phase === 'reconnecting') io.err(`Connecting to ${address} again …\n`);
  });
  follow(
    transport,
    { filter: {} },
    {
      snapshot(delivery) {
        if (epoch !== undefined && epoch !== delivery.epoch) {
          refuse(new FleetglassError('CURSOR_INVALID', `${address} began a new log: watch it again.`));
          return;
        }
        epoch = delivery.epoch;
        head = delivery.seq;
        opened.resolve(true);
      },
      events({ from, to, events }) {
        head = Math.max(head, to);
        for (const listener of listeners) listener({ from, to, events });
      },
      error: refuse,
    },
    { clock: io.clock },
  );
  io.signal.addEventListener(
    'abort',
    () =>
      opened.reject(new FleetglassError('CANCELLED', 'Ended before the gateway answered: start it again.')),
    { once: true },
  );
  try {
    await opened.promise;
  } catch (error) {
    close();
    throw error;
  }
  const logEpoch = epoch ?? '';
  return {
    host: {
      log: {
        epoch: logEpoch,
        head: () => head,
        first: () => 1,
        read: (query) => transport.readRange(query),
        subscribe(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        stateAt: (seq, filter) => transport.stateAt(encodeCursor({ epoch: logEpoch, seq }), filter),
      },
      commands: {
        async execute(command, { commandId }) {
          const result = await transport.command(command, commandId);
          if (result.ok) return result.result;
          throw fromWireError(result.error);
        },
      },
      blobs: { getBlob: (ref) => transport.blob(ref) },
    },
    close,
  };
}

/** @throws FleetglassError `BAD_INPUT` */
function liveAddress(address: string): string {
  try {
    const url = new URL(address);
    url.hash = '';
    url.search = '';
    if (!url.pathname.endsWith(LIVE_PATH)) url.pathname = `${url.pathname.replace(/\/$/, '')}${LIVE_PATH}`;
    return url.href;
  } catch (cause) {
    throw new FleetglassError(
      'BAD_INPUT',
      `${address} is no address of a gateway: write one such as http://127.0.0.1:4848.`,
      { cause },
    );
  }
}
