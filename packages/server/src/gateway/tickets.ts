import { createHash, randomBytes } from 'node:crypto';
import { FleetglassError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import type { Identity } from './access.js';

/** A right to open one connection, for browsers, whose `EventSource` and `WebSocket` send no header. */
export interface IssuedTicket {
  readonly ticket: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Tickets of one gateway: short-lived, used once, in the name of whoever asked for them. */
export interface Tickets {
  /** @throws FleetglassError `RATE_LIMITED` while too many are out */
  issue(identity: Identity): IssuedTicket;
  /** Whose the ticket is; a second time it is nobody's. */
  take(ticket: string): Identity | undefined;
}

/** How long a ticket may be on its way. An address stays in histories and logs; after this it opens nothing. */
const TICKET_MS = 30_000;
const MOST_TICKETS = 50_000;
/** By it secret scanners and our redaction tell a ticket from other words. */
const TICKET_PREFIX = 'fgk_';

const digest = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');

export function createTickets(clock: Clock): Tickets {
  /** By hash, in the order in which they end. */
  const tickets = new Map<string, { readonly identity: Identity; readonly expiresAt: number }>();

  const forgetEnded = (now: number): void => {
    for (const [key, { expiresAt }] of tickets) {
      if (expiresAt > now) return;
      tickets.delete(key);
    }
  };

  return {
    issue(identity) {
      const now = clock.now();
      forgetEnded(now);
      if (tickets.size >= MOST_TICKETS) {
        throw new FleetglassError('RATE_LIMITED', 'Too many tickets are out; ask again in half a minute.', {
          details: { retryAfterMs: TICKET_MS },
        });
      }
      const ticket = `${TICKET_PREFIX}${randomBytes(32).toString('base64url')}`;
      const expiresAt = now + TICKET_MS;
      tickets.set(digest(ticket), { identity, expiresAt });
      return { ticket, expiresAt };
    },
    take(ticket) {
      const key = digest(ticket);
      const found = tickets.get(key);
      tickets.delete(key);
      const now = clock.now();
      if (!found || found.expiresAt <= now) return undefined;
      const { expiresAt } = found.identity;
      return expiresAt !== undefined && expiresAt <= now ? undefined : found.identity;
    },
  };
}
