import { createMemoryStore, createOrchestrator } from '@fleetglass/core';
import { createGatewayHandler } from '@fleetglass/server';
import type { GatewayHandler } from '@fleetglass/server';

/** Opens everything in {@link createServedGateway}. */
export const TOKEN = 'a-token-for-tests';

/** The gateway of an orchestrator that takes in events too, so that a test steers it over HTTP alone. */
export function createServedGateway(basePath: string): GatewayHandler {
  const store = createMemoryStore();
  const { host } = createOrchestrator({ store });
  return createGatewayHandler({ host, token: TOKEN, basePath, ingest: { store } });
}
