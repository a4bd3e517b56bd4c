import { FleetglassError } from '@fleetglass/core';
import type { Filter } from '@fleetglass/core/protocol';
import type { Column, Database } from '../storage/database.js';
import { openDatabase, storeError } from '../storage/database.js';
import { isRole } from './access.js';
import type { Role } from './access.js';
import { parseScope } from './rights.js';

/** What is known of a token; never the token itself. */
export interface TokenRecord {
  readonly id: string;
  /** Who or what it is for; named in what its commands leave in the log. A token and its successor share it. */
  readonly name: string;
  readonly role: Role;
  /** @default the default tenant */
  readonly tenant?: string;
  /** @default everything of the tenant */
  readonly scope?: Filter;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
  /** From then on it opens nothing. @default it does not expire */
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** When it was last used, about to the minute. */
  readonly lastUsedAt?: number;
}

/** A record beside the SHA-256 of its token, in hexadecimal digits. */
export interface StoredToken extends TokenRecord {
  readonly hash: string;
}

/** Keeps tokens by their hash. */
export interface TokenStore {
  /** Adds a token and, in the same step, shortens the life of the one that it replaces. */
  add(token: StoredToken, replaced?: { readonly id: string; readonly expiresAt: number }): Promise<void>;
  byHash(hash: string): Promise<TokenRecord | undefined>;
  /** Oldest first. */
  list(): Promise<readonly TokenRecord[]>;
  /** @returns whether there is such a token */
  change(id: string, times: { readonly revokedAt?: number; readonly lastUsedAt?: number }): Promise<boolean>;
  close(): Promise<void>;
}

/** Where tokens are kept. */
export interface SqliteTokenStoreOptions {
  /** Path of the database; its folder is made. `:memory:` keeps nothing. */
  readonly file: string;
}

const SCHEMA_VERSION = 1;
/** `FLGA` in ASCII: tells this file from a store of events. */
const APPLICATION_ID = 0x46_4c_47_41;

const SCHEMA = `
  CREATE TABLE tokens (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'developer', 'viewer')),
    tenant TEXT,
    scope TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
  );
  PRAGMA application_id = ${String(APPLICATION_ID)};
  PRAGMA user_version = ${String(SCHEMA_VERSION)};
`;

const COLUMNS = 'id, name, role, tenant, scope, created_at, expires_at, revoked_at, last_used_at';

function migrate(database: Database, file: string): void {
  const pragma = (name: string): Column | undefined => database.prepare(`PRAGMA ${name}`).get()?.[0];
  database.exec('PRAGMA busy_timeout = 5000');
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(pragma('user_version'));
    const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').get()?.[0] === 0;
    if (isEmpty) database.exec(SCHEMA);
    else if (pragma('application_id') !== APPLICATION_ID) {
      throw new FleetglassError(
        'STORE_FAILED',
        `${file} holds something else than tokens: choose another file.`,
      );
    } else if (version > SCHEMA_VERSION) {
      throw new FleetglassError('SCHEMA_TOO_NEW', `A newer version wrote ${file}: update this program.`);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
  // Only now: the file might not have been ours.
  database.useWal('full');
}

function recordOf(row: readonly Column[]): TokenRecord {
  const [id, name, role, tenant, scope, createdAt, expiresAt, revokedAt, lastUsedAt] = row;
  if (!isRole(role))
    throw new FleetglassError('STORE_FAILED', `Token ${String(id)} has no known role: revoke it.`);
  return {
    id: String(id),
    name: String(name),
    role,
    ...(tenant === null ? {} : { tenant: String(tenant) }),
    ...(scope === null ? {} : { scope: parseScope(JSON.parse(String(scope))) }),
    createdAt: Number(createdAt),
    ...(expiresAt === null ? {} : { expiresAt: Number(expiresAt) }),
    ...(revokedAt === null ? {} : { revokedAt: Number(revokedAt) }),
    ...(lastUsedAt === null ? {} : { lastUsedAt: Number(lastUsedAt) }),
  };
}

/**
 * Tokens in a SQLite file of their own, so that the command line manages them while gateways read them.
 *
 * @throws FleetglassError `STORE_FAILED`, `SCHEMA_TOO_NEW`
 */
export function createSqliteTokenStore({ file }: SqliteTokenStoreOptions): TokenStore {
  const database = openDatabase(file);
  let isClosed = false;
  const attempt = <T>(work: () => T): T => {
    if (isClosed)
      throw new FleetglassError('STORE_CLOSED', 'The store of tokens was closed; open a new one.');
    try {
      return work();
    } catch (error) {
      throw storeError(error, file);
    }
  };
  try {
    attempt(() => migrate(database, file));
  } catch (error) {
    database.close();
    throw error;
  }
  const insert = database.prepare(
    `INSERT INTO tokens (hash, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const shorten = database.prepare(
    'UPDATE tokens SET expires_at = min(coalesce(expires_at, ?2), ?2) WHERE id = ?1 RETURNING id',
  );
  const find = database.prepare(`SELECT ${COLUMNS} FROM tokens WHERE hash = ?`);
  const all = database.prepare(`SELECT ${COLUMNS} FROM tokens ORDER BY ordinal`);
  const update = database.prepare(
    'UPDATE tokens SET revoked_at = coalesce(revoked_at, ?2), last_used_at = coalesce(?3, last_used_at) WHERE id = ?1 RETURNING id',
  );
  const transaction = (work: () => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };

  return {
    async add(token, replaced) {
      attempt(() =>
        transaction(() => {
          insert.run(
            token.hash,
            token.id,
            token.name,
            token.role,
            token.tenant ?? null,
            token.scope === undefined ? null : JSON.stringify(token.scope),
            token.createdAt,
            token.expiresAt ?? null,
            token.revokedAt ?? null,
            token.lastUsedAt ?? null,
          );
          if (replaced) shorten.get(replaced.id, replaced.expiresAt);
        }),
      );
    },
    async byHash(hash) {
      const row = attempt(() => find.get(hash));
      return row && recordOf(row);
    },
    async list() {
      return attempt(() => all.all()).map(recordOf);
    },
    async change(id, { revokedAt, lastUsedAt }) {
      return attempt(() => update.get(id, revokedAt ?? null, lastUsedAt ?? null)) !== undefined;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      database.close();
    },
  };
}
