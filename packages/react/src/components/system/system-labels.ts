import type { HealthStatus, McpStatus } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';

export interface SystemLabels {
  readonly health: string;
  readonly healthNone: string;
  readonly healthHint: string;
  readonly mcp: string;
  readonly mcpNone: string;
  readonly mcpHint: string;
  readonly status: { readonly [S in HealthStatus | McpStatus]: string };
  readonly since: (time: string) => string;
  readonly tools: (count: number, text: string) => string;
  readonly counts: (wrong: string, all: string) => string;
  readonly allWell: (all: string) => string;
  readonly history: (count: string) => string;
  readonly failed: (why: string) => string;
  readonly dropped: string;
  readonly droppedHint: string;
}

export const systemLabels = defineLabels<SystemLabels>('system', {
  health: 'System health',
  healthNone: 'No component has told how it is',
  healthHint: 'Report it with the event system.health: { component, status, message, fields }.',
  mcp: 'MCP servers',
  mcpNone: 'No MCP server has told how it is',
  mcpHint: 'Report it with the event system.mcp: { server, status, tools, message }.',
  status: {
    ok: 'OK',
    degraded: 'Degraded',
    down: 'Down',
    connected: 'Connected',
    disconnected: 'Disconnected',
    failed: 'Failed',
    unknown: 'Unknown',
  },
  since: (time) => `since ${time}`,
  tools: (count, text) => (count === 1 ? '1 tool' : `${text} tools`),
  counts: (wrong, all) => `${wrong} of ${all} need a look`,
  allWell: (all) => `all ${all} are well`,
  history: (count) => `${count} changes`,
  failed: (why) => `The log could not be read: ${why}`,
  dropped: 'Dropped before they were stored',
  droppedHint: 'Minor events, such as progress and deltas. Costs and results are complete.',
});
