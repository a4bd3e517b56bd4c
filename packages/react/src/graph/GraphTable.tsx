'use client';

import type { FleetState, GraphEdge, GraphNode, MonitorSnapshot, RunGraph } from '@fleetglass/core/client';
import { memo, useCallback, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../context/monitor-context.js';
import { StatusBadge } from '../components/status/StatusBadge.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { offsetsOf, useVirtualRows } from '../lib/useVirtualRows.js';
import { graphLabels } from './graph-labels.js';
import { edgeFacts, nodeLabel, useNodeFacts } from './useGraphFacts.js';

export interface GraphTableProps {
  readonly graph: RunGraph;
  readonly runId: string | undefined;
  readonly selectedId: string | undefined;
  readonly onSelect: ((nodeId: string | undefined) => void) | undefined;
}

/** Height of a row in pixels; the styles hold the same. */
const ROW_HEIGHT = 36;

/** The graph in words: a row a node, with where it leads. Renders again when a node or an edge appears. */
export function GraphTable({ graph, runId, selectedId, onSelect }: GraphTableProps): ReactElement {
  const words = useTexts().labels(graphLabels);
  const { columns } = words;
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  const nodes = useMemo(() => graph.nodes.filter(({ kind }) => kind === 'node'), [graph]);
  const names = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph]);
  const leaving = useMemo(() => groupByFrom(graph.edges), [graph]);
  const offsets = useMemo(() => offsetsOf(nodes, () => ROW_HEIGHT), [nodes]);
  const { from, to } = useVirtualRows(viewport, offsets);
  const before = offsets[from] ?? 0;
  const after = (offsets.at(-1) ?? 0) - (offsets[to] ?? 0);
  return (
    <div
      ref={setViewport}
      className="fg-graph-list fg-scroll"
      tabIndex={0}
      role="region"
      aria-label={words.list}
    >
      <table className="fg-graph-table" aria-rowcount={nodes.length + 1}>
        <thead>
          <tr>
            <th scope="col">{columns.node}</th>
            <th scope="col">{columns.agent}</th>
            <th scope="col">{columns.status}</th>
            <th scope="col" className="fg-end">
              {columns.tasks}
            </th>
            <th scope="col" className="fg-end">
              {columns.iterations}
            </th>
            <th scope="col" className="fg-end">
              {columns.cost}
            </th>
            <th scope="col" className="fg-end">
              {columns.tokens}
            </th>
            <th scope="col" className="fg-end">
              {columns.time}
            </th>
            <th scope="col">{columns.next}</th>
          </tr>
        </thead>
        <tbody>
          {before > 0 ? <tr aria-hidden="true" style={{ blockSize: before }} /> : null}
          {nodes.slice(from, to).map((node, index) => (
            <Row
              key={node.id}
              node={node}
              position={from + index + 2}
              leaving={leaving.get(node.id) ?? NONE}
              names={names}
              runId={runId}
              derived={graph.derived}
              selected={selectedId === node.id}
              onSelect={onSelect}
            />
          ))}
          {after > 0 ? <tr aria-hidden="true" style={{ blockSize: after }} /> : null}
        </tbody>
      </table>
    </div>
  );
}

const NONE: readonly GraphEdge[] = [];

function groupByFrom(edges: readonly GraphEdge[]): ReadonlyMap<string, readonly GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(edge.from);
    if (group) group.push(edge);
    else groups.set(edge.from, [edge]);
  }
  return groups;
}

interface RowProps {
  readonly node: GraphNode;
  readonly position: number;
  readonly leaving: readonly GraphEdge[];
  readonly names: ReadonlyMap<string, GraphNode>;
  readonly runId: string | undefined;
  readonly derived: boolean;
  readonly selected: boolean;
  readonly onSelect: ((nodeId: string | undefined) => void) | undefined;
}

const Row = memo(function Row(props: RowProps): ReactElement {
  const { node, position, leaving, names, runId, derived, selected, onSelect } = props;
  const facts = useNodeFacts(runId, node, derived);
  const next = useNext(runId, leaving, names);
  const { format } = useTexts();
  const { state } = facts;
  return (
    <tr aria-rowindex={position} data-phase={facts.phase} data-selected={selected || undefined}>
      <th scope="row">
        {onSelect ? (
          <button
            type="button"
            className="fg-link"
            aria-pressed={selected}
            onClick={() => onSelect(selected ? undefined : node.id)}
          >
            {facts.name}
          </button>
        ) : (
          facts.name
        )}
      </th>
      <td>{facts.agent}</td>
      <td>{state ? <StatusBadge status={state.status} /> : facts.statusText}</td>
      <td className="fg-end">{facts.progress}</td>
      <td className="fg-end">{facts.rounds === '' ? '' : format.count(state?.iterations ?? 1)}</td>
      <td className="fg-end" title={facts.costHint}>
        {facts.cost}
      </td>
      <td className="fg-end">{facts.tokens}</td>
      <td className="fg-end">{facts.time}</td>
      <td>{next}</td>
    </tr>
  );
});

/** Where a node leads, in words. */
function useNext(
  runId: string | undefined,
  leaving: readonly GraphEdge[],
  names: ReadonlyMap<string, GraphNode>,
): string {
  const { cadence } = useMonitorSource();
  const { labels, format } = useTexts();
  const words = labels(graphLabels);
  const describe = useCallback(
    (state: FleetState | undefined): string => {
      const run = state && runId !== undefined ? state.runs.get(runId) : undefined;
      const parts = leaving.map((edge) => {
        const target = names.get(edge.to);
        const name = target ? nodeLabel(target, words) : edge.to;
        const told = edge.back ? words.back(name) : name;
        const facts = run && state ? edgeFacts(state, run, edge) : undefined;
        if (facts?.phase === 'dead') return words.nextDead(told);
        return facts && facts.count > 1 ? words.nextTaken(told, format.count(facts.count)) : told;
      });
      return format.list(parts);
    },
    [runId, leaving, names, words, format],
  );
  return useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => describe(state), [describe]),
    { periodMs: cadence.progress },
  );
}
