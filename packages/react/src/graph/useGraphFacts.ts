'use client';

import { GRAPH_END, GRAPH_START, isFinal, selectGraphNodes } from '@fleetglass/core/client';
import type {
  FleetState,
  GraphEdge,
  GraphNode,
  GraphNodeState,
  MonitorSnapshot,
  RunState,
} from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import type { Texts } from '../context/monitor-context.js';
import { describeCost } from '../components/cost/describe-cost.js';
import { statusLabels } from '../components/status/status-labels.js';
import { useGraphNode } from '../hooks/useGraph.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { useNow } from '../hooks/useNow.js';
import { plainText } from '../lib/plain-text.js';
import { graphLabels } from './graph-labels.js';
import type { GraphLabels } from './graph-labels.js';

/** `ahead`: not yet; `dead`: passed by, or the run ended without it. */
export type NodePhase = 'plan' | 'ahead' | 'live' | 'over' | 'dead';

/** What a node says of itself, ready to be shown. */
export interface NodeFacts {
  readonly phase: NodePhase;
  readonly state: GraphNodeState | undefined;
  /** Name and agent. */
  readonly name: string;
  readonly agent: string;
  readonly statusText: string;
  /** "3 of 12"; empty for a single task. */
  readonly progress: string;
  readonly rounds: string;
  readonly failed: string;
  readonly cost: string;
  readonly costHint: string;
  readonly tokens: string;
  readonly time: string;
}

const selectOver = ({ state }: MonitorSnapshot, runId: string | undefined): boolean => {
  const run = runId === undefined ? undefined : state.runs.get(runId);
  return run !== undefined && isFinal(run.status);
};

/**
 * Renders again when one of the node's tasks changes and, while it works, each second.
 *
 * @param derived several tasks are not rounds of a loop
 */
export function useNodeFacts(runId: string | undefined, node: GraphNode, derived: boolean): NodeFacts {
  const texts = useTexts();
  const words = texts.labels(graphLabels);
  const state = useGraphNode(runId, node.id);
  const over = useMonitorSelector(
    useCallback((snapshot: MonitorSnapshot) => selectOver(snapshot, runId), [runId]),
  );
  const isOpen = state !== undefined && state.done < state.of && state.startedAt !== undefined;
  const now = useNow(isOpen && !over);
  const phase = phaseOf(runId, state, over);
  const agents = state?.agents ?? [];
  const agent = agents.length > 0 ? agents : node.agent === undefined ? [] : [node.agent];
  const shared = {
    phase,
    state,
    name: nodeLabel(node, words),
    agent: agent
      .filter((id) => id !== node.name && id !== node.id)
      .map((id) => plainText(id))
      .join(', '),
    statusText: statusText(phase, state, texts, words),
  };
  if (!state)
    return { ...shared, progress: '', rounds: '', failed: '', cost: '', costHint: '', tokens: '', time: '' };
  const { format } = texts;
  const paid = state.cost.nanoUsd > 0 || state.cost.unknownCalls > 0;
  const money = describeCost(state.cost, texts);
  const { startedAt, endedAt } = state;
  return {
    ...shared,
    progress:
      state.of > (derived ? 1 : state.iterations)
        ? words.progress(format.count(state.done), format.count(state.of))
        : '',
    rounds: !derived && state.iterations > 1 ? words.iterations(format.count(state.iterations)) : '',
    failed: state.failed > 0 && state.of > 1 ? words.failed(format.count(state.failed)) : '',
    cost: paid ? money.text : '',
    costHint: paid ? money.hint : '',
    tokens: state.tokens > 0 ? format.compact(state.tokens) : '',
    time:
      startedAt === undefined
        ? ''
        : format.preciseDuration((endedAt ?? Math.max(now, startedAt)) - startedAt),
  };
}

function phaseOf(runId: string | undefined, state: GraphNodeState | undefined, over: boolean): NodePhase {
  if (runId === undefined) return 'plan';
  if (!state) return over ? 'dead' : 'ahead';
  if (state.status === 'skipped') return 'dead';
  return isFinal(state.status) ? 'over' : 'live';
}

function statusText(
  phase: NodePhase,
  state: GraphNodeState | undefined,
  { labels }: Texts,
  words: GraphLabels,
): string {
  if (phase === 'plan') return '';
  if (!state) return phase === 'dead' ? words.unused : words.ahead;
  // Some of many failed: how many says more.
  if (state.status === 'failed' && state.of > 1) return '';
  return labels(statusLabels).work[state.status];
}

/** How a node is called on the screen. */
export function nodeLabel({ id, name }: Pick<GraphNode, 'id' | 'name'>, words: GraphLabels): string {
  if (id === GRAPH_START) return words.start;
  if (id === GRAPH_END) return words.end;
  return name.trim() === '' ? words.unnamed : plainText(name);
}

/** `unknown`: nothing says which edges were taken. */
export type EdgePhase = 'plan' | 'open' | 'taken' | 'dead' | 'unknown';

export interface EdgeFacts {
  readonly phase: EdgePhase;
  readonly count: number;
  /** What it leads to works now. */
  readonly live: boolean;
}

const PLAN: EdgeFacts = { phase: 'plan', count: 0, live: false };

const isSameFacts = (a: EdgeFacts, b: EdgeFacts): boolean =>
  a.phase === b.phase && a.count === b.count && a.live === b.live;

/** Renders again when the edge is taken, passed by or its end begins or stops to work. */
export function useEdgeFacts(runId: string | undefined, edge: GraphEdge): EdgeFacts {
  const { cadence } = useMonitorSource();
  return useMonitorSelector(
    useCallback(
      ({ state }: MonitorSnapshot) => {
        const run = runId === undefined ? undefined : state.runs.get(runId);
        return run ? edgeFacts(state, run, edge) : PLAN;
      },
      [runId, edge],
    ),
    { isEqual: isSameFacts, periodMs: cadence.progress },
  );
}

export function edgeFacts(
  state: FleetState,
  run: RunState,
  { id, from, to, conditional }: GraphEdge,
): EdgeFacts {
  const nodes = selectGraphNodes(state, run.id);
  const count = run.edges[id] ?? 0;
  const target = nodes.get(to);
  const live = target !== undefined && !isFinal(target.status);
  if (count > 0) return { phase: 'taken', count, live };
  if (Object.keys(run.edges).length === 0) return { phase: 'unknown', count, live: false };
  const source = nodes.get(from);
  const passed = source !== undefined && isFinal(source.status) && source.done >= source.of;
  // An edge to the end is counted only where a function chose it.
  if (to === GRAPH_END && !conditional && passed && source.status !== 'skipped') {
    return { phase: 'taken', count, live: false };
  }
  // While the run goes on a loop may come by once more; what was skipped never runs.
  const never = isFinal(run.status) || target?.status === 'skipped';
  return { phase: never ? 'dead' : 'open', count, live: false };
}
