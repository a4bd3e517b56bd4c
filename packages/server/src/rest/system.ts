import { selectFleetCounts, selectMcpServers, selectSystemHealth } from '@fleetglass/core';
import type { FleetEvent } from '@fleetglass/core/protocol';
import { encodeCursor, PROTOCOL_VERSION } from '@fleetglass/core/protocol';
import * as z from 'zod';
import { component } from './component.js';
import { spentLately } from './costs.js';
import { endpoint } from './endpoint.js';
import type { Call } from './endpoint.js';
import { recentEvents } from './events.js';
import { costTotals, count, jsonObject, time } from './values.js';

const status = z
  .object({
    status: z.enum(['starting', 'ready', 'closing']),
    time,
    protocol: z.number().int(),
    position: z.string().describe('Newest position of the log: subscribe from here'),
    head: count,
    runs: z.object({ all: count, open: count, byStatus: z.record(z.string(), count) }),
    agents: z.object({ open: count, active: count }).describe('Of runs that are not over'),
    costs: z.object({ today: costTotals, month: costTotals, all: costTotals }),
    offers: z
      .object({
        templates: z.boolean(),
        planner: z.boolean(),
        alertRules: z.boolean(),
        deletion: z.boolean(),
        rollups: z.boolean(),
      })
      .describe('What this host offers beside its log'),
  })
  .meta(component('Status'));

const part = z.object({
  name: z.string(),
  status: z.string(),
  since: time,
  time,
  message: z.string().optional(),
  fields: jsonObject.optional(),
  tools: z.number().optional(),
});

const health = z
  .object({
    status: z.enum(['ok', 'degraded', 'down', 'unknown']).describe('The worst of all components'),
    components: z.array(part),
    mcpServers: z.array(part),
  })
  .meta(component('SystemHealth'));

/** How the fleet stands, in a few figures. */
export async function readStatus(call: Call): Promise<z.input<typeof status>> {
  const { offers, host, reader, scope, now, rest } = call;
  const { seq, state } = await reader.head(scope);
  const { runs, allRuns, openRuns, agents, activeAgents } = selectFleetCounts(state);
  return {
    status: rest.phase(),
    time: now,
    protocol: PROTOCOL_VERSION,
    position: encodeCursor({ epoch: reader.log.epoch, seq }),
    head: seq,
    runs: { all: allRuns, open: openRuns, byStatus: runs },
    agents: { open: agents, active: activeAgents },
    costs: await spentLately(call),
    offers: {
      templates: offers.templates !== undefined,
      planner: offers.planner !== undefined,
      alertRules: offers.alertRules !== undefined,
      deletion: offers.store !== undefined,
      rollups: host.rollups !== undefined,
    },
  };
}

/** What `/api/v1/status` answers with. */
export const statusSchema = status;

const MOST_REPORTS = 1_000;

const SEVERITY = ['down', 'degraded', 'unknown', 'ok'] as const;

async function readReports(call: Call): Promise<readonly FleetEvent[]> {
  const filter = { types: ['system.health', 'system.mcp'] } as const;
  return [...(await recentEvents(call, filter, MOST_REPORTS))].reverse();
}

export const systemEndpoints = [
  endpoint({
    method: 'get',
    path: '/api/v1/system/status',
    id: 'getSystemStatus',
    tag: 'System',
    role: 'viewer',
    from: 'content',
    summary: 'How the fleet stands, and what this host offers',
    answer: status,
    handle: readStatus,
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/system/health',
    id: 'getSystemHealth',
    tag: 'System',
    role: 'viewer',
    summary: 'Components and MCP servers, as they last told',
    answer: health,
    handle: async (call) => {
      const events = await readReports(call);
      const components = selectSystemHealth(events.filter(({ type }) => type === 'system.health'));
      const servers = selectMcpServers(events.filter(({ type }) => type === 'system.mcp'));
      const view = ({
        changes: _,
        seq: _seq,
        ...fields
      }: (typeof components)[number] | (typeof servers)[number]) => fields as z.input<typeof part>;
      const worst = SEVERITY.find((level) => components.some((each) => each.status === level));
      return {
        status: worst ?? 'unknown',
        components: components.map(view),
        mcpServers: servers.map(view),
      };
    },
  }),
];
