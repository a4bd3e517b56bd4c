import { text } from '../projection/guard.js';
import type { ActiveRules } from './alert-rules.js';
import { RULE_NAMES } from './alert-rules.js';
import type { AlertScope, Detector, Report } from './reading.js';
import { createSubjectTable } from './subject-table.js';
import { brief, duration } from './words.js';

interface Agent {
  scope: AlertScope;
  readonly id: string;
  lastAt: number;
  lastSeq: number;
  lastType: string;
  /** What it said itself. */
  status: string | undefined;
  /** Something of it began and did not end; counts while it says nothing itself. */
  busy: boolean;
  stuck: boolean;
}

const BEGINS: ReadonlySet<string> = new Set(['task.started', 'task.resumed', 'span.started']);
const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.skipped',
  'task.stopped',
  'task.waiting',
  'task.paused',
  'agent.left',
]);

/** Time since the last event of an agent that works; one that is idle, waits or is done is never stuck. */
export function createStuckAgent(
  { afterMs }: NonNullable<ActiveRules['stuckAgent']>,
  report: Report,
  limit: number,
): Detector {
  /** Those that work, the longest silent one first. */
  const working = new Set<Agent>();
  const agents = createSubjectTable<Agent>(limit, (agent) => working.delete(agent));
  const rule = RULE_NAMES.stuckAgent;

  return {
    types: 'all',
    see({ event, data, scope, now, seq }) {
      const { runId, agentId } = scope;
      if (agentId === undefined) return;
      const agent = agents.use(runId, agentId, () => ({
        scope,
        id: agentId,
        lastAt: now,
        lastSeq: seq,
        lastType: '',
        status: undefined,
        busy: false,
        stuck: false,
      }));
      const { type } = event;
      agent.lastAt = now;
      agent.lastSeq = seq;
      agent.lastType = type;
      if (type === 'agent.status') agent.status = text(data['status']) ?? agent.status;
      else if (type === 'agent.left') agent.status = 'offline';
      if (BEGINS.has(type)) agent.busy = true;
      else if (ENDS.has(type)) agent.busy = false;
      if (agent.stuck) {
        agent.stuck = false;
        report({ verdict: 'good', rule, scope, subject: agentId });
      }
      working.delete(agent);
      if (agent.status === undefined ? agent.busy : agent.status === 'active') working.add(agent);
    },
    due() {
      for (const { lastAt } of working) return lastAt + afterMs;
      return Infinity;
    },
    advance(now) {
      for (const agent of working) {
        const { lastAt, lastSeq, lastType, id, scope } = agent;
        if (lastAt + afterMs > now) return;
        working.delete(agent);
        agent.stuck = true;
        report({
          verdict: 'bad',
          rule,
          scope,
          subject: id,
          seq: lastSeq,
          severity: 'warning',
          message: `${brief(id)} works and has made no progress for ${duration(afterMs)}; the last was ${brief(lastType)}.`,
          details: { lastEventAt: lastAt, lastEventType: lastType.slice(0, 120), afterMs },
        });
      }
    },
    endRun(runId) {
      for (const agent of agents.ofRun(runId)) working.delete(agent);
      agents.removeRun(runId);
    },
  };
}
