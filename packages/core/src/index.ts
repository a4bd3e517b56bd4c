export * from './client.js';
export type * from './log/fleet-host.js';
export type * from './log/store.js';
export { STORE_SCHEMA_VERSION } from './log/store.js';
export type * from './model/price.js';
export { noPrices } from './model/price.js';
export { usdToNano } from './model/cost.js';
export type * from './orchestrator/context.js';
export type * from './orchestrator/model-provider.js';
