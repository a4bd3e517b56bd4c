export { createGateway } from './gateway/gateway.js';
export type { Gateway, GatewayOptions } from './gateway/gateway.js';
export type { GatewayLimits } from './gateway/limits.js';
export type { Authenticate, Identity } from './gateway/access.js';
export { createSqliteStore } from './storage/sqlite-store.js';
export type { SqliteStoreOptions } from './storage/sqlite-store.js';
export { isProcessGone, processOwner } from './storage/process-owner.js';
