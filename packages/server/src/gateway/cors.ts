import type { Context } from 'hono';

const ALLOWED_HEADERS = 'authorization, content-type, if-none-match, idempotency-key, last-event-id';
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const EXPOSED_HEADERS = 'etag, retry-after, x-request-id';
const PREFLIGHT_S = '600';

/** Lets pages of listed origins read answers; without a list there is no such header at all, and never a wildcard. */
export interface Cors {
  /** What an answer tells the page's browser. */
  headers(origin: string | undefined): Readonly<Record<string, string>>;
  /** Answers a preflight of a listed origin; any other request is not for it. */
  preflight(context: Context): Response | undefined;
}

export function createCors(origins: readonly string[]): Cors {
  const listed = new Set(origins);
  const allows = (origin: string | undefined): origin is string => origin !== undefined && listed.has(origin);
  return {
    headers(origin) {
      if (listed.size === 0) return {};
      // Also for others: a cache must not give one page the answer to another one.
      if (!allows(origin)) return { vary: 'origin' };
      return {
        vary: 'origin',
        'access-control-allow-origin': origin,
        'access-control-expose-headers': EXPOSED_HEADERS,
      };
    },
    preflight({ req }) {
      if (req.method !== 'OPTIONS' || req.header('access-control-request-method') === undefined)
        return undefined;
      if (!allows(req.header('origin'))) return undefined;
      return new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': ALLOWED_METHODS,
          'access-control-allow-headers': ALLOWED_HEADERS,
          'access-control-max-age': PREFLIGHT_S,
        },
      });
    },
  };
}
