export { createSqliteStore } from './storage/sqlite-store.js';
export type { SqliteStoreOptions } from './storage/sqlite-store.js';
export { isProcessGone, processOwner } from './storage/process-owner.js';
