'use client';

import { ReactFlow, ViewportPortal } from '@xyflow/react';
import type { Viewport } from '@xyflow/react';
import type { RunGraph } from '@fleetglass/core/client';
import { useCallback, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { useBrowserLayoutEffect } from '../lib/useBrowserLayoutEffect.js';
import { useWidth } from '../lib/useWidth.js';
import { GraphScopeContext } from './graph-context.js';
import type { GraphScope } from './graph-context.js';
import { GraphEdges } from './GraphEdges.js';
import { graphLabels } from './graph-labels.js';
import {
  canvasHeight,
  firstViewport,
  layoutFor,
  MAX_ZOOM,
  MIN_ZOOM,
  wholeViewport,
  zoomed,
} from './graph-viewport.js';
import type { GraphLayout } from './graph-layout.js';
import { GraphNodeCard } from './GraphNodeCard.js';
import type { DrawnNode } from './GraphNodeCard.js';

export interface GraphCanvasProps extends Omit<GraphScope, 'derived' | 'reveal'> {
  readonly graph: RunGraph;
}

const NODE_TYPES = { work: GraphNodeCard };
/** Width until it is known. */
const FIRST_WIDTH = 960;
const ZOOM_STEP = 1.3;

/**
 * The drawing. Where it is looked at is what the reader last chose by dragging, pinching or a button, and else all of
 * it; nothing that happens or is selected moves it. The layout is made anew only when nodes or edges appear.
 */
export function GraphCanvas({ graph, runId, selectedId, onSelect }: GraphCanvasProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(graphLabels);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const width = useWidth(element, FIRST_WIDTH);
  const rightToLeft = useRightToLeft(element);
  const layout = useMemo(() => layoutFor(graph, width, rightToLeft), [graph, width, rightToLeft]);
  const height = canvasHeight(layout, width);
  const [chosen, setChosen] = useState<Viewport>();
  const viewport = useMemo(() => chosen ?? firstViewport(layout, width), [chosen, layout, width]);
  const nodes = useMemo(() => drawnNodes(layout, rightToLeft), [layout, rightToLeft]);
  const reveal = useCallback(
    (target: HTMLElement) => {
      if (element) setChosen((last) => shifted(last ?? firstViewport(layout, width), element, target));
    },
    [element, layout, width, setChosen],
  );
  const scope = useMemo(
    () => ({ runId, derived: graph.derived, selectedId, onSelect, reveal }),
    [runId, graph.derived, selectedId, onSelect, reveal],
  );
  const whole = wholeViewport(layout, width);
  // Where all of it is what one sees anyway, it goes on following the size of the window.
  const isWhole = whole.zoom === firstViewport(layout, width).zoom;
  const zoom = (factor: number): void => setChosen(zoomed(viewport, factor, width, height));
  return (
    <GraphScopeContext.Provider value={scope}>
      <div ref={setElement} className="fg-graph-canvas" style={{ blockSize: height }}>
        <ReactFlow
          nodes={nodes}
          edges={NO_EDGES}
          nodeTypes={NODE_TYPES}
          viewport={viewport}
          onViewportChange={setChosen}
          width={width}
          height={height}
          minZoom={MIN_ZOOM}
          maxZoom={MAX_ZOOM}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          attributionPosition={rightToLeft ? 'bottom-right' : 'bottom-left'}
          ariaLabelConfig={NO_HINTS}
          aria-label={words.canvas(format.count(layout.nodes.length))}
        >
          <ViewportPortal>
            <GraphEdges layout={layout} />
          </ViewportPortal>
        </ReactFlow>
        <div className="fg-graph-controls">
          <ControlButton name={words.zoomIn} path="M6 2v8M2 6h8" onClick={() => zoom(ZOOM_STEP)} />
          <ControlButton name={words.zoomOut} path="M2 6h8" onClick={() => zoom(1 / ZOOM_STEP)} />
          <ControlButton
            name={words.fit}
            path="M1.5 4V1.5H4M8 1.5h2.5V4M10.5 8v2.5H8M4 10.5H1.5V8"
            onClick={() => setChosen(isWhole ? undefined : whole)}
          />
        </div>
      </div>
    </GraphScopeContext.Provider>
  );
}

const NO_EDGES: readonly never[] & never[] = [];
/** Hints about what a reader cannot do here. */
const NO_HINTS = {
  'node.a11yDescription.default': '',
  'node.a11yDescription.keyboardDisabled': '',
  'edge.a11yDescription.default': '',
};

function drawnNodes({ nodes }: GraphLayout, rightToLeft: boolean): DrawnNode[] {
  return nodes.map(({ node, x, y, width, height }) => ({
    id: node.id,
    type: 'work',
    data: { node, rightToLeft },
    position: { x, y },
    width,
    height,
    // What React Flow says of a node is English; the button inside says it in the reader's language.
    domAttributes: { 'aria-roledescription': undefined },
  }));
}

interface ControlButtonProps {
  readonly name: string;
  readonly path: string;
  readonly onClick: () => void;
}

function ControlButton({ name, path, onClick }: ControlButtonProps): ReactElement {
  return (
    <button type="button" className="fg-icon-button" aria-label={name} title={name} onClick={onClick}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

function useRightToLeft(element: HTMLElement | null): boolean {
  const [rightToLeft, setRightToLeft] = useState(false);
  useBrowserLayoutEffect(() => {
    if (element) setRightToLeft(getComputedStyle(element).direction === 'rtl');
  }, [element]);
  return rightToLeft;
}

/** The least move that brings `target` into sight; the same viewport where it is. */
function shifted(viewport: Viewport, canvas: HTMLElement, target: HTMLElement): Viewport {
  const frame = canvas.getBoundingClientRect();
  const box = target.getBoundingClientRect();
  const by = (start: number, end: number, low: number, high: number): number =>
    start < low ? low - start : end > high ? Math.max(low - start, high - end) : 0;
  const x = by(box.left, box.right, frame.left + 8, frame.right - 8);
  const y = by(box.top, box.bottom, frame.top + 8, frame.bottom - 8);
  return x === 0 && y === 0 ? viewport : { ...viewport, x: viewport.x + x, y: viewport.y + y };
}
