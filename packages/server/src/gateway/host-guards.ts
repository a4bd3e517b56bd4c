import { FleetglassError, isFleetglassError } from '@fleetglass/core';
import type { Clock } from '@fleetglass/core';
import { isRole } from './access.js';
import type { Authenticate, Identity } from './access.js';
import type { GatewayLogger } from './logger.js';
import { faultFields } from './request-log.js';

/** Writes nothing rather than disturb what it writes about. */
export function guardedLogger(logger: GatewayLogger): GatewayLogger {
  // Some loggers write later, and answer with a promise.
  const sink: Record<keyof GatewayLogger, (fields: object, message: string) => unknown> = logger;
  const write = (level: keyof GatewayLogger) => {
    const written = async (fields: object, message: string): Promise<void> => {
      await sink[level](fields, message);
    };
    return (fields: object, message: string): void => {
      written(fields, message).catch(() => undefined);
    };
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

const isAbsentOr = (type: 'string' | 'boolean', value: unknown): boolean =>
  value === undefined || typeof value === type;

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Anything else would be a right that nobody gave: what is misread here opens too much. */
function isIdentity(value: unknown): value is Identity {
  if (!isPlain(value)) return false;
  const { tenant, role, scope, canCommand, tokenId, expiresAt, actor } = value;
  return (
    [tenant, tokenId].every((text) => isAbsentOr('string', text)) &&
    isAbsentOr('boolean', canCommand) &&
    (role === undefined || isRole(role)) &&
    [scope, actor].every((part) => part === undefined || isPlain(part)) &&
    (expiresAt === undefined || (typeof expiresAt === 'number' && !Number.isNaN(expiresAt)))
  );
}

const uncheckable = (cause?: unknown): FleetglassError =>
  new FleetglassError('STORE_FAILED', 'Tokens cannot be checked just now; try again soon.', { cause });

/**
 * The host's own check of tokens, made safe: what it throws is told to the log and never to strangers, what is no identity
 * opens nothing, and whoever waits for an answer that never comes is refused.
 */
export function guardedAuthenticate(
  authenticate: Authenticate,
  { clock, logger, timeoutMs }: { clock: Clock; logger: GatewayLogger | undefined; timeoutMs: number },
): Authenticate {
  const answered = async (token: string): Promise<Identity | undefined> => {
    const identity: unknown = await authenticate(token);
    if (identity === undefined || identity === null || identity === false) return undefined;
    if (!isIdentity(identity)) throw new Error('`authenticate` gave something that is no identity.');
    return identity;
  };
  return async (token) => {
    let timer: unknown;
    const late = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(
        () => reject(new Error(`\`authenticate\` did not answer within ${timeoutMs} ms.`)),
        timeoutMs,
        { background: true },
      );
    });
    try {
      return await Promise.race([answered(token), late]);
    } catch (error) {
      if (isFleetglassError(error)) throw error;
      logger?.error(faultFields(error), 'authentication failed');
      throw uncheckable(error);
    } finally {
      clock.clearTimeout(timer);
    }
  };
}
