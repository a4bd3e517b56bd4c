import { createHash } from 'node:crypto';
import { FleetglassError, fromWireError } from '@fleetglass/core';
import { filterKey } from '@fleetglass/core/protocol';
import type { Command, Json } from '@fleetglass/core/protocol';
import type { Context } from 'hono';
import type { Identity } from '../gateway/access.js';
import type { GatewayEnv } from '../gateway/gateway-env.js';
import { authoriseCommand, requireRight } from '../gateway/rights.js';
import { createAnswers } from './answers.js';
import type { Answers } from './answers.js';
import { readJson } from './body.js';
import { checked } from './check.js';
import type { Call, Endpoint } from './endpoint.js';
import { createReader } from './reader.js';
import type { Reader } from './reader.js';
import type { RestContext, RestTenant } from './rest-context.js';

/** @throws FleetglassError `FORBIDDEN` */
function assertRights(identity: Identity, { role, wholeFleet = false }: Endpoint): void {
  if (role !== 'viewer') requireRight(role === 'admin' ? 'manage' : 'command', identity);
  if (wholeFleet && identity.scope) {
    throw new FleetglassError(
      'FORBIDDEN',
      'Your token opens a part of the fleet, and this belongs to all of it: use one without a scope.',
    );
  }
}

/** What is kept for each fleet. */
interface Kept {
  readonly reader: Reader;
  readonly answers: Answers;
  /** What the newest `Idempotency-Key`s were used for. */
  readonly keys: Map<string, string>;
}

const MOST_KEYS = 10_000;
const KEY = /^[\x21-\x7e]{1,200}$/;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The key under which a request's command is carried out once. @throws FleetglassError `BAD_INPUT` */
function commandIdOf(http: Context<GatewayEnv>, identity: Identity, command: Command, kept: Kept): string {
  const given = http.req.header('idempotency-key');
  if (given === undefined) return http.get('requestId');
  if (!KEY.test(given)) {
    throw new FleetglassError('BAD_INPUT', 'Give an `Idempotency-Key` of 1 to 200 visible ASCII characters.');
  }
  const key = JSON.stringify([identity.actor?.id ?? null, given]);
  const used = digest(JSON.stringify(command));
  if ((kept.keys.get(key) ?? used) !== used) {
    throw new FleetglassError(
      'BAD_INPUT',
      'This `Idempotency-Key` was used for another request: take a new one for each command.',
    );
  }
  kept.keys.set(key, used);
  if (kept.keys.size > MOST_KEYS) kept.keys.delete(kept.keys.keys().next().value as string);
  return given;
}

async function carryOut(
  command: Command,
  { http, identity, tenant, kept }: Asked,
): Promise<Json | undefined> {
  await authoriseCommand(command, identity, tenant.host.log);
  const outcome = await tenant.commands.execute(
    command,
    commandIdOf(http, identity, command, kept),
    identity,
  );
  if (!outcome.ok) throw fromWireError(outcome.error);
  return outcome.result;
}

/** Everything that is known of a request before its own parts are looked at. */
interface Asked {
  readonly http: Context<GatewayEnv>;
  readonly identity: Identity;
  readonly tenant: RestTenant;
  readonly kept: Kept;
}

/** The parameters after the question mark; one that comes several times is an array. */
function queryOf(http: Context<GatewayEnv>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(http.req.queries()).map(([name, values]) => [
      name,
      values.length > 1 ? values : values[0],
    ]),
  );
}

function matches(http: Context<GatewayEnv>, tag: string): boolean {
  const header = http.req.header('if-none-match');
  if (header === undefined) return false;
  return header.split(',').some((one) => [tag, '*'].includes(one.trim().replace(/^W\//, '')));
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' } as const;

/** What an answer that can be asked for again says of itself. */
const revalidated = (tag: string): Record<string, string> => ({
  etag: tag,
  'cache-control': 'private, no-cache',
  vary: 'authorization',
});

/** Answers requests for endpoints. */
export function createServe(rest: RestContext) {
  const byHost = new WeakMap<object, Kept>();

  const keptOf = (tenant: RestTenant): Kept => {
    const { host } = tenant;
    let kept = byHost.get(host);
    if (!kept) {
      kept = { reader: createReader(host.log), answers: createAnswers(), keys: new Map<string, string>() };
      byHost.set(host, kept);
    }
    return kept;
  };

  const callOf = (endpoint: Endpoint, asked: Asked, body: unknown): Call => {
    const { http, identity, tenant, kept } = asked;
    const { params } = endpoint;
    return {
      path: endpoint.path,
      params: params ? checked(params, http.req.param(), 'params') : {},
      query: checked(endpoint.query, queryOf(http), 'query'),
      body,
      identity,
      scope: identity.scope,
      now: rest.clock.now(),
      host: tenant.host,
      blobs: tenant.blobs,
      reader: kept.reader,
      offers: rest.offersOf(identity),
      rest,
      http,
      command: (command) => carryOut(command, asked),
    };
  };

  /** What the log alone determines is made once for each position, and not sent again to whoever has it. */
  async function answerFromLog(endpoint: Endpoint, asked: Asked, call: Call): Promise<Response> {
    const { http, identity, kept } = asked;
    const question = JSON.stringify([
      kept.reader.position(),
      filterKey(identity.scope ?? {}),
      endpoint.path,
      call.params,
      call.query,
    ]);
    const tag = `"${digest(question).slice(0, 22)}"`;
    if (matches(http, tag)) return http.body(null, 304, revalidated(tag));
    const text = await kept.answers.get(question, async () => JSON.stringify(await endpoint.handle(call)));
    return http.body(text, 200, { ...JSON_TYPE, ...revalidated(tag) });
  }

  async function answerAnew(endpoint: Endpoint, { http }: Asked, call: Call): Promise<Response> {
    const answer = await endpoint.handle(call);
    if (answer instanceof Response) return answer;
    const text = JSON.stringify(answer);
    if (endpoint.method !== 'get') return http.body(text, endpoint.status ?? 200, JSON_TYPE);
    const tag = `"${digest(text).slice(0, 22)}"`;
    if (matches(http, tag)) return http.body(null, 304, revalidated(tag));
    return http.body(text, 200, { ...JSON_TYPE, ...revalidated(tag) });
  }

  return async (endpoint: Endpoint, http: Context<GatewayEnv>): Promise<Response> => {
    const identity = http.get('identity');
    assertRights(identity, endpoint);
    const tenant = rest.tenantOf(identity);
    const asked: Asked = { http, identity, tenant, kept: keptOf(tenant) };
    const isWriting = endpoint.method !== 'get';
    const given = isWriting ? await readJson(http.req.raw, rest.maxBodyBytes) : undefined;
    const body = endpoint.body ? checked(endpoint.body, given, 'body') : undefined;
    const call = callOf(endpoint, asked, body);
    const isOfLog = !isWriting && !endpoint.streams && (endpoint.from ?? 'log') === 'log';
    return isOfLog ? answerFromLog(endpoint, asked, call) : answerAnew(endpoint, asked, call);
  };
}
