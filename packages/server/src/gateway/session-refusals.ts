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
} as const;
