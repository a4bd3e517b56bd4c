import { createHash, randomBytes } from 'node:crypto';
import { createId, FleetglassError, systemClock, systemRandom } from '@fleetglass/core';
import type { Clock, Random } from '@fleetglass/core';
import type { Filter } from '@fleetglass/core/protocol';
import type { Authenticate, Role } from './access.js';
import { isRole } from './access.js';
import { parseScope } from './rights.js';
import type { TokenRecord, TokenStore } from './token-store.js';

/** What a new token is for. */
export interface TokenRequest {
  /** Who or what it is for; no other token that is still good may have it. */
  readonly name: string;
  readonly role: Role;
  /** @default the default tenant */
  readonly tenant?: string;
  /** Only what it selects is ever shown; commands only reach its run or thread. @default everything of the tenant */
  readonly scope?: Filter;
  /** Milliseconds since the epoch. @default it does not expire */
  readonly expiresAt?: number;
}

/** A new token; nobody can be told it a second time. */
export interface IssuedToken {
  readonly token: string;
  readonly record: TokenRecord;
}

/** Makes, checks, rotates and revokes tokens. */
export interface Tokens {
  /** @throws FleetglassError `BAD_INPUT` */
  create(request: TokenRequest): Promise<IssuedToken>;
  /** Oldest first, with those that are no longer good. */
  list(): Promise<readonly TokenRecord[]>;
  /**
   * Makes a successor with the same name, role, tenant, scope and length of life. The old token stays good for
   * `overlapMs`, so that its users can change over one by one.
   *
   * @throws FleetglassError `NOT_FOUND`, `BAD_INPUT` for one that is no longer good
   */
  rotate(id: string, options: { readonly overlapMs: number }): Promise<IssuedToken>;
  /** Ends a token at once; connections that it opened are closed within half a heartbeat. @throws FleetglassError `NOT_FOUND` */
  revoke(id: string): Promise<void>;
  /** For `createGateway({ tokens })`, which also asks {@link Tokens.ended}. */
  readonly authenticate: Authenticate;
  /** Those of these tokens that open nothing any more. */
  readonly ended: (ids: ReadonlySet<string>) => Promise<ReadonlySet<string>>;
}

/** What tokens are made with. */
export interface TokensOptions {
  readonly store: TokenStore;
  readonly clock?: Clock;
  /** For ids only. */
  readonly random?: Random;
  /** 32 unpredictable bytes. @default the machine's */
  readonly secret?: () => Uint8Array;
}

/** By it secret scanners and our redaction tell a token from other words. */
const TOKEN_PREFIX = 'fgt_';
const TOKEN_FORM = /^fgt_[\w-]{43}$/;
const NAME_FORM = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,63}$/u;
const MAX_OVERLAP_MS = 90 * 86_400_000;
/** How exactly the time of the last use is kept: writing it at every request would cost more than the check. */
const USED_EVERY_MS = 60_000;
const MOST_NOTED = 10_000;

/**
 * Unsalted and fast is right here, unlike for passwords: a token is 256 random bits, so there is nothing to guess and no
 * table to make. Looking the hash up takes a time that depends on the hash, of which an attacker knows nothing.
 */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const isGood = ({ revokedAt, expiresAt }: TokenRecord, now: number): boolean =>
  revokedAt === undefined && (expiresAt === undefined || expiresAt > now);

const badInput = (message: string): FleetglassError => new FleetglassError('BAD_INPUT', message);

/** Tokens of a gateway; what is kept of each is its hash. */
export function createTokens(options: TokensOptions): Tokens {
  const { store, clock = systemClock, random = systemRandom, secret = () => randomBytes(32) } = options;
  /** When each was last noted as used. */
  const noted = new Map<string, number>();

  const issue = async (
    request: TokenRequest,
    replaced?: { readonly id: string; readonly expiresAt: number },
  ): Promise<IssuedToken> => {
    const token = `${TOKEN_PREFIX}${Buffer.from(secret()).toString('base64url')}`;
    const record: TokenRecord = { id: createId('token', clock, random), ...request, createdAt: clock.now() };
    await store.add({ ...record, hash: hashOf(token) }, replaced);
    return { token, record };
  };

  /** Also of stores that throw, and do not reject. */
  const recordOf = async (hash: string) => store.byHash(hash);

  const noteUse = ({ id }: TokenRecord, now: number): void => {
    if (now - (noted.get(id) ?? -Infinity) < USED_EVERY_MS) return;
    if (noted.size >= MOST_NOTED) noted.clear();
    noted.set(id, now);
    // A full disk must not keep anybody out.
    new Promise((resolve) => resolve(store.change(id, { lastUsedAt: now }))).catch(() => undefined);
  };

  return {
    async create({ name, role, tenant, scope, expiresAt }) {
      const now = clock.now();
      if (!NAME_FORM.test(name)) {
        throw badInput(
          'Give the token a name of 1 to 64 letters, digits, spaces or . _ @ + - that says who uses it.',
        );
      }
      if (!isRole(role)) throw badInput('Choose the role of the token: admin, developer or viewer.');
      if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > now)) {
        throw badInput('The token would expire before it was made: choose a later moment.');
      }
      if ((await store.list()).some((other) => other.name === name && isGood(other, now))) {
        throw badInput(`There is a token named ${name}: choose another name, or rotate that one.`);
      }
      return issue({
        name,
        role,
        ...(tenant === undefined ? {} : { tenant }),
        ...(scope === undefined ? {} : { scope: parseScope(scope) }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    },
    list: () => store.list(),
    async rotate(id, { overlapMs }) {
      const now = clock.now();
      const old = (await store.list()).find((record) => record.id === id);
      if (!old)
        throw new FleetglassError('NOT_FOUND', `There is no token ${id}: list them to see their ids.`);
      if (!isGood(old, now)) throw badInput(`Token ${id} is no longer good: create a new one.`);
      if (!Number.isSafeInteger(overlapMs) || overlapMs < 0 || overlapMs > MAX_OVERLAP_MS) {
        throw badInput('Let the old token stay good for 0 to 90 days.');
      }
      const { name, role, tenant, scope, createdAt, expiresAt } = old;
      return issue(
        {
          name,
          role,
          ...(tenant === undefined ? {} : { tenant }),
          ...(scope === undefined ? {} : { scope }),
          ...(expiresAt === undefined ? {} : { expiresAt: now + (expiresAt - createdAt) }),
        },
        { id, expiresAt: now + overlapMs },
      );
    },
    async revoke(id) {
      if (!(await store.change(id, { revokedAt: clock.now() }))) {
        throw new FleetglassError('NOT_FOUND', `There is no token ${id}: list them to see their ids.`);
      }
    },
    async authenticate(token) {
      if (!TOKEN_FORM.test(token)) return undefined;
      const hash = hashOf(token);
      const record = await recordOf(hash).catch((cause: unknown) => {
        // What the store says names files, and whoever asks here is a stranger.
        throw new FleetglassError('STORE_FAILED', 'Tokens cannot be checked just now; try again soon.', {
          cause,
        });
      });
      const now = clock.now();
      // What is no record opens nothing.
      if (!record || typeof record.id !== 'string' || !isRole(record.role) || !isGood(record, now))
        return undefined;
      noteUse(record, now);
      const { id, name, role, tenant, scope, expiresAt } = record;
      return {
        role,
        tokenId: id,
        actor: { id: `token:${name}`, name },
        ...(tenant === undefined ? {} : { tenant }),
        ...(scope === undefined ? {} : { scope }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
    },
    async ended(ids) {
      if (ids.size === 0) return new Set();
      const now = clock.now();
      const good = new Set((await store.list()).filter((record) => isGood(record, now)).map(({ id }) => id));
      return new Set([...ids].filter((id) => !good.has(id)));
    },
  };
}
