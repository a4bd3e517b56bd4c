import { usdToNano } from '../model/cost.js';
import type { ActiveRules } from './alert-rules.js';
import { RULE_NAMES } from './alert-rules.js';
import type { Detector, Report } from './reading.js';
import { createSubjectTable } from './subject-table.js';
import { brief, caveats, usd } from './words.js';

interface Spending {
  nanoUsd: number;
  unknownCalls: number;
  simulated: boolean;
  told: boolean;
}

/** Cost of all calls of one agent of a run. */
export function createAgentCost(
  settings: NonNullable<ActiveRules['agentCost']>,
  report: Report,
  limit: number,
): Detector {
  const most = usdToNano(settings.usd);
  const agents = createSubjectTable<Spending>(limit);
  return {
    types: new Set(['usage.recorded', 'span.started', 'span.ended']),
    see({ spent, scope, seq }) {
      const { runId, agentId } = scope;
      if (!spent || agentId === undefined) return;
      const agent = agents.use(runId, agentId, () => ({
        nanoUsd: 0,
        unknownCalls: 0,
        simulated: false,
        told: false,
      }));
      agent.nanoUsd += spent.nanoUsd;
      agent.unknownCalls += spent.unknownCalls;
      agent.simulated ||= spent.simulated;
      if (agent.told || agent.nanoUsd <= most) return;
      agent.told = true;
      const { nanoUsd, unknownCalls, simulated } = agent;
      const atLeast = unknownCalls > 0 ? 'at least ' : '';
      report({
        verdict: 'bad',
        rule: RULE_NAMES.agentCost,
        scope,
        subject: agentId,
        seq,
        severity: 'warning',
        message: `${brief(agentId)} has cost ${atLeast}${usd(nanoUsd)}, more than ${usd(most)}.${caveats(agent)}`,
        details: { nanoUsd, limitNanoUsd: most, unknownCalls, simulated },
      });
    },
    due: () => Infinity,
    advance: () => undefined,
    endRun: (runId) => agents.removeRun(runId),
  };
}
