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
export type { GatewayLimits } from './gateway/limits.js';
export type { Authenticate, Identity } from './gateway/access.js';
export { createSqliteStore } from './storage/sqlite-store.js';
export type { SqliteStoreOptions } from './storage/sqlite-store.js';
export { isProcessGone, processOwner } from './storage/process-owner.js';
export { readTelemetryDb } from './telemetry/read-telemetry-db.js';
export type { ReadTelemetryDbOptions } from './telemetry/read-telemetry-db.js';
export { createWorkspaces } from './workspace/workspaces.js';
export type { Workspace, Workspaces, WorkspacesOptions } from './workspace/workspaces.js';
export type { FolderCheck, FolderRefusal } from './workspace/folder.js';
export type { GitFolder, TaskBranch, TaskCommit } from './workspace/git-folder.js';
export type { ChangedFile, FileChange, GitStatus } from './workspace/git-output.js';
