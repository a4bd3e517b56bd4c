import { FleetglassError } from '@fleetglass/core';

const unauthenticated = (message: string): FleetglassError => new FleetglassError('UNAUTHENTICATED', message);

/** Why a session lets somebody not in, or not go on, in the words that they are told. */
export const REFUSALS = {
  tokenLate: (ms: number) =>
    new FleetglassError('AUTH_TIMEOUT', `Send the token as the first frame within ${ms} ms.`),
  tokenMissing: () => unauthenticated('Send the token as the first frame.'),
  tokenUnknown: () => unauthenticated('The token is not accepted; ask for a new one.'),
  ticketUsed: () => unauthenticated('The ticket was used or has expired; ask for a new one.'),
  renewalUnknown: () => unauthenticated('The new token is not accepted here; connect again with it.'),
  renewalNarrower: () =>
    new FleetglassError('FORBIDDEN', 'The new token does not open this; subscribe to less.'),
  idTaken: () =>
    new FleetglassError('BAD_INPUT', 'This id is in use by another subscription: choose another one.'),
  tooManySubscriptions: (most: number) =>
    new FleetglassError('BAD_INPUT', `A connection may have ${most} subscriptions: end one of them first.`),
  frameTooLarge: (maxBytes: number) =>
    new FleetglassError('FRAME_TOO_LARGE', `A frame may have ${maxBytes} bytes: send less at once.`, {
      details: { maxBytes },
    }),
} as const;
