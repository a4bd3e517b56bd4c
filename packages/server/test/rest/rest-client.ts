import { expect } from 'vitest';
import { createFakeHost, createSimulatedClock, legalLogs } from '@fleetglass/core/testing';
import type { FakeHost } from '@fleetglass/core/testing';
import type { EventDraft } from '@fleetglass/core/protocol';
import { createGatewayHandler } from '@fleetglass/server';
import type { GatewayHandlerOptions } from '@fleetglass/server';
import type { Identity } from '../../src/gateway/access.js';
import fc from 'fast-check';
import { ENDPOINTS } from '../../src/rest/endpoints.js';
import { wireError } from '../../src/rest/values.js';

/** An answer of the API, checked against what its document says. */
export interface Answer<Body = Record<string, never>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface RestClient {
  readonly host: FakeHost;
  ask<Body = Record<string, never>>(
    method: string,
    path: string,
    options?: { readonly token?: string; readonly body?: unknown; readonly headers?: Record<string, string> },
  ): Promise<Answer<Body>>;
  get<Body = Record<string, never>>(path: string, token?: string): Promise<Answer<Body>>;
}

/** Tokens of the tests: each opens what its name says. */
const ADMIN = 'admin-token';

function endpointOf(method: string, path: string) {
  const plain = path.split('?')[0] ?? '';
  return ENDPOINTS.find(
    (endpoint) =>
      endpoint.method.toUpperCase() === method &&
      new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
}

/** The document holds: what is answered is what its schema describes, and nothing besides. */
function expectDescribed(method: string, path: string, answer: Answer<unknown>): void {
  if (answer.status >= 400) {
    expect(wireError.parse(answer.body)).toEqual(answer.body);
    return;
  }
  const endpoint = endpointOf(method, path);
  if (!endpoint || endpoint.streams || answer.status === 304) return;
  expect(answer.status).toBe(endpoint.status ?? 200);
  expect(endpoint.answer.parse(answer.body)).toEqual(answer.body);
}

/** A gateway over a host, asked without a socket. */
export function openRest(
  options: Omit<GatewayHandlerOptions, 'host' | 'tokens'> & {
    readonly host?: FakeHost;
    readonly tokens?: Readonly<Record<string, Identity>>;
  } = {},
): RestClient {
  const { host = createFakeHost(), tokens = {}, ...rest } = options;
  const handler = createGatewayHandler({
    host,
    authenticate: (token) => (token === ADMIN ? { actor: { id: 'admin' } } : tokens[token]),
    clock: createSimulatedClock(Date.UTC(2026, 0, 2)),
    ...rest,
  });
  const ask: RestClient['ask'] = async (method, path, { token = ADMIN, body, headers = {} } = {}) => {
    const response = await handler.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : undefined) as never,
    };
    if (text !== '') expectDescribed(method, path, answer);
    return answer;
  };
  return { host, ask, get: (path, token) => ask('GET', path, token === undefined ? {} : { token }) };
}

/** Logs of several runs that a correct writer could have made, always the same ones. */
export function sampleLogs(count: number, seed = 7): readonly (readonly EventDraft[])[] {
  return fc.sample(legalLogs(fc), { numRuns: count, seed });
}

/** A host that holds a log. */
export async function hostOf(events: readonly EventDraft[]): Promise<FakeHost> {
  const host = createFakeHost();
  if (events.length > 0) await host.store.append(events.map((event) => ({ ...event })));
  return host;
}
