import { describe, expect, it } from 'vitest';
import type { EventDraft, Filter } from '@fleetglass/core/protocol';
import { createMemoryTemplates, createPlanner } from '@fleetglass/core/planner';
import type { GatewayOffers } from '@fleetglass/server';
import { ENDPOINTS } from '../../src/rest/endpoints.js';
import { hostOf, openRest, sampleLogs } from './rest-client.js';

/** Ids that occur nowhere else, so that one which is shown tells where it came from. */
function withOwnIds(log: readonly EventDraft[]): readonly EventDraft[] {
  return log.map((event) => {
    const own = (id: string): string => `${id}-of-${event.runId ?? ''}`;
    const { agentId, taskId, spanId } = event;
    return {
      ...event,
      ...(agentId === undefined ? {} : { agentId: own(agentId) }),
      ...(taskId === undefined ? {} : { taskId: own(taskId) }),
      ...(spanId === undefined ? {} : { spanId: own(spanId) }),
    };
  });
}

interface Names {
  readonly runs: readonly string[];
  readonly agents: readonly string[];
  readonly tasks: readonly string[];
}

function namesIn(log: readonly EventDraft[]): Names {
  const set = (field: 'runId' | 'agentId' | 'taskId'): readonly string[] => [
    ...new Set(log.flatMap((event) => event[field] ?? [])),
  ];
  return { runs: set('runId'), agents: set('agentId'), tasks: set('taskId') };
}

const offers: GatewayOffers = {
  templates: createMemoryTemplates(),
  planner: createPlanner({
    provider: { id: 'test', call: () => Promise.reject(new Error('never asked')) } as never,
    model: 'model-a',
  }),
  alertRules: { read: () => ({ context: true }) },
};

/** Addresses of every GET for these names, with parameters that list as much as there can be. */
function addresses({ runs, agents, tasks }: Names): readonly string[] {
  return ENDPOINTS.filter(({ method }) => method === 'get').flatMap(({ path, query }) => {
    const known = Object.keys(query.shape);
    const suffix = [
      ...(known.includes('limit') && known.includes('cursor') ? ['limit=200'] : []),
      ...(path.endsWith('/metrics/comparison')
        ? [`first=${runs.join(',') || 'none'}&second=${runs.join(',') || 'none'}`]
        : []),
      ...(path.endsWith('/metrics/costs') ? ['by=agent,model,role,run,taskType,thread'] : []),
      ...(path.endsWith('/budgets') ? ['all=true'] : []),
    ].join('&');
    const perRun = path.includes('{runId}') ? runs : [''];
    return perRun.flatMap((run) => {
      const inRun = path
        .replace('{runId}', run)
        .replace('{budgetId}', 'b')
        .replace('{approvalId}', 'approval-0');
      const filled = inRun.includes('{agentId}')
        ? agents.map((agent) => inRun.replace('{agentId}', agent))
        : inRun.includes('{taskId}')
          ? tasks.map((task) => inRun.replace('{taskId}', task))
          : [inRun.replace('{role}', 'ANALYST').replace('{templateId}', 'none').replace('{ref}', 'none')];
      return filled.map((each) => (suffix === '' ? each : `${each}?${suffix}`));
    });
  });
}

const LOGS = sampleLogs(8).map((log, at) => [at, withOwnIds(log)] as const);

describe('every address', () => {
  it.each(LOGS)('log %i: answers what its document says', async (_at, log) => {
    const client = openRest({ host: await hostOf(log), offers });
    const statuses = new Set<number>();
    for (const address of addresses(namesIn(log))) {
      const { status, text } = await client.get(address);
      expect([200, 404], `${address}: ${text}`).toContain(status);
      statuses.add(status);
    }
    if (log.length > 0) expect(statuses).toContain(200);
  });

  it.each(LOGS)('log %i: shows nothing from outside of a scope', async (_at, log) => {
    const names = namesIn(log);
    const scopes: Filter[] = [
      ...names.runs.map((runId) => ({ runId })),
      { threadId: 'thread-0' },
      ...names.agents.slice(0, 3).map((agentId) => ({ agentId })),
      ...names.tasks.slice(0, 3).map((taskId) => ({ taskId })),
      { runId: 'run-0', types: ['task', 'run'] },
    ];
    for (const scope of scopes) {
      const client = openRest({
        host: await hostOf(log),
        offers,
        tokens: { scoped: { scope, role: 'viewer' } },
      });
      const inside = log.filter(
        (event) =>
          (scope.runId === undefined || event.runId === scope.runId) &&
          (scope.threadId === undefined || event.threadId === scope.threadId) &&
          (scope.agentId === undefined || event.agentId === scope.agentId) &&
          (scope.taskId === undefined || event.taskId === scope.taskId),
      );
      const seen = namesIn(inside);
      const foreign = [...names.runs, ...names.agents, ...names.tasks].filter(
        (name) => ![...seen.runs, ...seen.agents, ...seen.tasks].some((own) => own.includes(name)),
      );
      for (const address of addresses(names)) {
        const { status, text, body } = await client.get<{ items?: unknown }>(address, 'scoped');
        expect([200, 403, 404], `${JSON.stringify(scope)} ${address}: ${text}`).toContain(status);
        if (status !== 200) continue;
        const leaked = foreign.filter((name) => new RegExp(`${name}(?![\\w-])`).test(text));
        expect(leaked, `${JSON.stringify(scope)} ${address}: ${JSON.stringify(body)}`).toEqual([]);
      }
    }
  });

  it('counts nothing from outside of a scope', async () => {
    const [, log = []] = LOGS.find(([, each]) => namesIn(each).runs.length === 3) ?? [];
    const scope = { runId: 'run-1' };
    const all = openRest({ host: await hostOf(log), offers, tokens: { scoped: { scope, role: 'viewer' } } });
    const only = openRest({ host: await hostOf(log.filter(({ runId }) => runId === 'run-1')), offers });
    for (const path of [
      '/api/stats',
      '/api/v1/metrics/costs',
      '/api/v1/metrics/performance',
      '/api/v1/metrics/analytics',
    ]) {
      const scoped = await all.get<Record<string, unknown>>(path, 'scoped');
      const alone = await only.get<Record<string, unknown>>(path);
      expect({ ...scoped.body, source: 0, timestamp: 0, partial: 0 }).toEqual({
        ...alone.body,
        source: 0,
        timestamp: 0,
        partial: 0,
      });
    }
  });
});
