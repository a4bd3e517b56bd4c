import { createMemoryStore } from '@fleetglass/core';
import { createFakeHost, createSimulatedClock } from '@fleetglass/core/testing';
import { createGateway, createSqliteTokenStore, createTokens } from '@fleetglass/server';
import type { GatewayOptions, TokenRequest } from '@fleetglass/server';

/**
 * A gateway in simulated time, and tokens of the same clock.
 *
 * @param cleanups gets what has to be closed after the test, last first
 * @param options `asksTokens: false` for a gateway that asks for none, or has an `authenticate` of its own
 */
export async function openTokenGateway(
  cleanups: (() => unknown)[],
  { asksTokens = true, ...options }: Partial<GatewayOptions> & { readonly asksTokens?: boolean } = {},
) {
  const clock = createSimulatedClock();
  const store = createSqliteTokenStore({ file: ':memory:' });
  const tokens = createTokens({ store, clock });
  const events = createMemoryStore({ clock });
  const host = createFakeHost({ clock, store: events });
  const gateway = createGateway({
    ...(options.hosts ? {} : { host }),
    ...(asksTokens ? { tokens } : {}),
    port: 0,
    clock,
    heartbeatMs: 10_000,
    ...options,
  });
  await gateway.listen();
  cleanups.push(
    () => store.close(),
    () => gateway.close(),
  );
  let names = 0;
  const issue = (request: Partial<TokenRequest> = {}) => {
    names += 1;
    return tokens.create({ name: `user ${String(names)}`, role: 'viewer', ...request });
  };
  return { clock, tokens, host, events, gateway, issue };
}
