import type { IncomingMessage, ServerResponse } from 'node:http';
import { FleetglassError } from '@fleetglass/core';
import { pathBelow } from '../base-path.js';
import type { GatewayHandler } from '../handler.js';
import { toNodeListener } from './node.js';

/** A request as Express 5 hands it over. */
export interface ExpressRequest extends IncomingMessage {
  /** The address before Express cut off where the middleware is mounted. */
  readonly originalUrl?: string;
}

/** Middleware of Express. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Middleware for Express 5 that answers everything below the gateway's `basePath` and leaves the rest to others. Use it
 * before any body parser; WebSockets need {@link acceptUpgrades} on the server.
 */
export function toExpress(handler: Pick<GatewayHandler, 'fetch' | 'basePath'>): ExpressMiddleware {
  const answer = toNodeListener(handler);
  return (request, response, next) => {
    const url = request.originalUrl ?? request.url ?? '/';
    if (pathBelow(handler.basePath, url.split('?')[0] ?? '') === undefined) {
      next();
      return;
    }
    if (request.readableEnded) {
      const message = 'The body was read before the gateway saw it: use the gateway before `express.json()`.';
      next(new FleetglassError('BAD_INPUT', message));
      return;
    }
    request.url = url;
    answer(request, response);
  };
}
