/**
 * Node: the gateway that serves fleets to viewers, a store in SQLite, agent logs in files, and folders that tasks may work
 * in. The command `fleetglass` comes with it.
 *
 * @packageDocumentation
 */
export { createAgentLogs } from './agent-logs/agent-logs.js';
export type { AgentLogs, AgentLogsOptions } from './agent-logs/agent-logs.js';
export { createGateway } from './gateway/gateway.js';
export type { Gateway, GatewayOptions } from './gateway/gateway.js';
export { createGatewayHandler } from './gateway/handler.js';
export type { GatewayHandler } from './gateway/handler.js';
export type { GatewayHandlerOptions, IngestOptions, TraceOptions } from './gateway/handler-options.js';
export type { GatewayLimits } from './gateway/limits.js';
export type { GatewayLogger } from './gateway/logger.js';
export type { RateLimits } from './gateway/rate-limits.js';
export type { GatewayOffers } from './rest/rest-context.js';
export { describeRest, REST_ROLES } from './rest/add-rest.js';
export type { Authenticate, Identity, Role } from './gateway/access.js';
export { createTokens } from './gateway/tokens.js';
export type { IssuedToken, TokenRequest, Tokens, TokensOptions } from './gateway/tokens.js';
export { createSqliteTokenStore } from './gateway/token-store.js';
export type { SqliteTokenStoreOptions, StoredToken, TokenRecord, TokenStore } from './gateway/token-store.js';
export { backupStore, restoreStore } from './storage/backup.js';
export type { BackupOptions, RestoreOptions } from './storage/backup.js';
export { verifyStore } from './storage/verify-store.js';
export type { BackupManifest, StoreReport } from './storage/verify-store.js';
export { createSqliteStore } from './storage/sqlite-store.js';
export type { SqliteStore } from './storage/sqlite-store.js';
export type { RunDump, RunVault } from './storage/run-vault.js';
export { createArchive } from './storage/archive.js';
export type { Archive, ArchivedRun, ArchiveOptions, ArchiveRefusal } from './storage/archive.js';
export type { SqliteStoreOptions } from './storage/store-file.js';
export { isProcessGone, processOwner } from './storage/process-owner.js';
export { readTelemetryDb } from './telemetry/read-telemetry-db.js';
export type { ReadTelemetryDbOptions } from './telemetry/read-telemetry-db.js';
export { createWorkspaces } from './workspace/workspaces.js';
export type { Workspace, Workspaces, WorkspacesOptions } from './workspace/workspaces.js';
export type { FolderCheck, FolderRefusal } from './workspace/folder.js';
export type { GitFolder, TaskBranch, TaskCommit } from './workspace/git-folder.js';
export type { ChangedFile, FileChange, GitStatus } from './workspace/git-output.js';
