import { createId, FleetglassError, toFleetglassError, toWireError } from '@fleetglass/core';
import type { Clock, Random, WireError } from '@fleetglass/core';
import type { GatewayLogger } from './logger.js';
import { faultFields } from './request-log.js';

/** What whoever asked is told of a fault that nobody foresaw: what it says was not written for strangers. */
export const UNFORESEEN = 'The server failed: tell its operator the `requestId`.';

/** What {@link toldError} needs of the gateway. */
export interface Teller {
  readonly clock: Clock;
  /** Gets the faults that nobody foresaw. */
  readonly logger?: GatewayLogger | undefined;
}

/**
 * What leaves the gateway of anything that was thrown.
 *
 * @param requestId under which the operator finds it in the log
 */
export function toldError(thrown: unknown, requestId: string, { clock, logger }: Teller): WireError {
  const error = toFleetglassError(thrown);
  const isFault = error.code === 'INTERNAL';
  if (isFault) logger?.error({ requestId, ...faultFields(thrown) }, 'request failed');
  const told = isFault ? new FleetglassError('INTERNAL', UNFORESEEN) : error;
  return toWireError(told, { requestId, timestamp: clock.now() });
}

/** A name for one request, for its answer and for the log. */
export const newRequestId = ({ clock, random }: { readonly clock: Clock; readonly random: Random }): string =>
  createId('request', clock, random);
