'use client';

import { memo } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { plainText } from '../lib/plain-text.js';
import { useGraphScope } from './graph-context.js';
import { graphLabels } from './graph-labels.js';
import type { GraphLayout, PlacedEdge } from './graph-layout.js';
import { useEdgeFacts } from './useGraphFacts.js';

/** Frames of subgraphs and all edges, below the nodes. Renders again only with the layout; each edge follows its own facts. */
export const GraphEdges = memo(function GraphEdges({
  layout,
}: {
  readonly layout: GraphLayout;
}): ReactElement {
  const { width, height, edges, groups } = layout;
  return (
    <svg className="fg-graph-edges" width={width} height={height} aria-hidden="true">
      {groups.map(({ name, ...box }) => (
        <g key={name} className="fg-graph-group">
          <rect {...box} rx={8} />
          <text x={box.x + 12} y={box.y + 18}>
            {plainText(name)}
          </text>
        </g>
      ))}
      {edges.map((placed) => (
        <GraphEdgeLine key={placed.edge.id} placed={placed} />
      ))}
    </svg>
  );
});

const GraphEdgeLine = memo(function GraphEdgeLine({ placed }: { readonly placed: PlacedEdge }): ReactElement {
  const { edge, path, arrow, label } = placed;
  const { runId } = useGraphScope();
  const { labels, format } = useTexts();
  const { phase, count, live } = useEdgeFacts(runId, edge);
  const text = count > 1 ? labels(graphLabels).times(format.compact(count)) : '';
  return (
    <g
      className="fg-graph-edge"
      data-phase={phase}
      data-live={live || undefined}
      data-conditional={edge.conditional || undefined}
      data-join={edge.join || undefined}
    >
      <path d={path} style={{ strokeWidth: widthOf(count, edge.join) }} />
      <path d={arrow} className="fg-graph-head" />
      {text === '' ? null : (
        <text x={label.x} y={label.y}>
          {text}
        </text>
      )}
    </g>
  );
});

/** An edge that was taken often is thicker, but never by much. */
function widthOf(count: number, join: boolean): number {
  return (join ? 2.5 : 1.5) + Math.min(2, Math.log2(Math.max(1, count)) / 4);
}
