import type { AgentState, FleetState, SpanState } from '@fleetglass/core/client';

/** What the timeline shows of one agent. */
export interface Lane {
  readonly agent: AgentState;
  /** In the order of their arrival. */
  readonly spans: readonly SpanState[];
}

/** Builds lanes again and again for one run, and keeps every lane in which nothing changed. */
export function createLaneBuilder(runId: string): (state: FleetState) => readonly Lane[] {
  let lastRun: unknown;
  let lanes: readonly Lane[] = [];
  return (state) => {
    const run = state.runs.get(runId);
    if (run === lastRun) return lanes;
    lastRun = run;
    if (!run) return (lanes = []);
    const byAgent = new Map<string, SpanState[]>();
    for (const key of run.spans.values()) {
      const span = state.spans.get(key);
      if (!span) continue;
      const list = byAgent.get(span.agentId ?? '');
      if (list) list.push(span);
      else byAgent.set(span.agentId ?? '', [span]);
    }
    const before = new Map(lanes.map((lane) => [lane.agent.id, lane]));
    lanes = [...run.agents.values()].flatMap((key) => {
      const agent = state.agents.get(key);
      if (!agent) return [];
      const spans = byAgent.get(agent.id) ?? [];
      const last = before.get(agent.id);
      if (last && isSame(last.spans, spans)) {
        return last.agent === agent ? [last] : [{ agent, spans: last.spans }];
      }
      return [{ agent, spans }];
    });
    return lanes;
  };
}

const isSame = (a: readonly SpanState[], b: readonly SpanState[]): boolean =>
  a.length === b.length && a.every((span, index) => span === b[index]);
