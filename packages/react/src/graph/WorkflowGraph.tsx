'use client';

import { graphOfShape } from '@fleetglass/core/client';
import type { MonitorSnapshot, RunGraph, RunState } from '@fleetglass/core/client';
import type { GraphShape } from '@fleetglass/core/protocol';
import { forwardRef, lazy, Suspense, useCallback, useState } from 'react';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { Card } from '../components/parts/Card.js';
import { EmptyNote } from '../components/parts/EmptyNote.js';
import { SkeletonRows } from '../components/parts/SkeletonRows.js';
import { useConnection } from '../hooks/useConnection.js';
import { useGraph } from '../hooks/useGraph.js';
import { useMonitorSelector } from '../hooks/useMonitorSelector.js';
import { cx } from '../lib/cx.js';
import { GraphCanvas } from './GraphCanvas.js';
import { graphLabels } from './graph-labels.js';
import type { GraphLabels } from './graph-labels.js';
import { MOST_DRAWN } from './graph-layout.js';

/** Loaded when the list is asked for. */
const GraphTable = lazy(async () => ({ default: (await import('./GraphTable.js')).GraphTable }));

export interface WorkflowGraphProps extends ComponentPropsWithoutRef<'section'> {
  /** The run whose graph is drawn, with what became of it. */
  readonly runId?: string | undefined;
  /** A graph before it runs; without a run it is drawn as it is. */
  readonly graph?: GraphShape | undefined;
  readonly selectedNodeId?: string | undefined;
  /** Told which node is chosen; without it nodes are no buttons. */
  readonly onSelectNode?: ((nodeId: string | undefined) => void) | undefined;
  /** @default 'graph' */
  readonly defaultView?: 'graph' | 'list' | undefined;
}

/**
 * The graph of a run as it really happened: edges that were taken and how often, fan-outs, loops, and at each node its
 * status, cost and time. A run without a declared graph is drawn from its tasks and agents, and says so. The whole
 * renders again when a node or an edge appears; each node and edge follows its own.
 */
export const WorkflowGraph = forwardRef<HTMLElement, WorkflowGraphProps>(function WorkflowGraph(
  { runId, graph: shape, selectedNodeId, onSelectNode, defaultView = 'graph', className, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(graphLabels);
  const { ready } = useConnection();
  const ran = useGraph(runId);
  const graph = runId === undefined ? shape && graphOfShape(shape) : ran;
  const [view, setView] = useState(defaultView);
  const takenUnknown = useMonitorSelector(
    useCallback(({ state }: MonitorSnapshot) => lacksEdges(state.runs.get(runId ?? '')), [runId]),
  );
  const loading = runId !== undefined && !ready;
  const isEmpty = !graph || graph.nodes.every(({ kind }) => kind !== 'node');
  const left = graph ? graph.nodes.length - MOST_DRAWN : 0;
  const parts = graph && { graph, runId, selectedId: selectedNodeId, onSelect: onSelectNode };
  return (
    <Card
      ref={ref}
      className={cx('fg-graph', className)}
      heading={words.title}
      note={noteOf(graph, runId, takenUnknown, words)}
      tools={isEmpty ? undefined : <ViewSwitch value={view} words={words} onChange={setView} />}
      loading={loading}
      {...rest}
    >
      {isEmpty || !parts ? (
        <EmptyNote heading={words.none} hint={words.noneHint} />
      ) : view === 'list' ? (
        <Suspense fallback={<SkeletonRows />}>
          <GraphTable {...parts} />
        </Suspense>
      ) : (
        <>
          <GraphCanvas key={runId} {...parts} />
          <Legend graph={parts.graph} planned={runId === undefined || takenUnknown} words={words} />
          {left > 0 ? (
            <p className="fg-truncated fg-quiet">
              {words.omitted(format.count(MOST_DRAWN), format.count(left))}
            </p>
          ) : null}
        </>
      )}
    </Card>
  );
});

/** Something ran, and the log does not say along which edges. */
const lacksEdges = (run: RunState | undefined): boolean =>
  run !== undefined && run.tasks.length > 0 && Object.keys(run.edges).length === 0;

function noteOf(
  graph: RunGraph | undefined,
  runId: string | undefined,
  takenUnknown: boolean,
  words: GraphLabels,
): string {
  if (!graph) return '';
  if (runId === undefined) return words.planned;
  if (graph.derived) return words.derived;
  return takenUnknown ? words.takenUnknown : '';
}

interface ViewSwitchProps {
  readonly value: 'graph' | 'list';
  readonly words: GraphLabels;
  readonly onChange: (value: 'graph' | 'list') => void;
}

function ViewSwitch({ value, words, onChange }: ViewSwitchProps): ReactElement {
  return (
    <span className="fg-joined" role="group" aria-label={words.view}>
      {(['graph', 'list'] as const).map((view) => (
        <button
          key={view}
          type="button"
          className="fg-button"
          aria-pressed={view === value}
          onClick={() => onChange(view)}
        >
          {words[view]}
        </button>
      ))}
    </span>
  );
}

interface LegendProps {
  readonly graph: RunGraph;
  /** Nothing is known of which edges were taken. */
  readonly planned: boolean;
  readonly words: GraphLabels;
}

/** What the lines mean, as far as there are any of them. */
function Legend({ graph: { edges }, planned, words }: LegendProps): ReactElement | null {
  const isPlain = edges.every(({ conditional, join, back }) => !conditional && !join && !back);
  if (edges.length === 0 || (planned && isPlain)) return null;
  return (
    <ul className="fg-graph-legend" aria-label={words.legend}>
      {planned ? null : (
        <>
          <Sample phase="taken" word={words.legendTaken} />
          <Sample phase="open" word={words.legendOpen} />
          <Sample phase="dead" word={words.legendDead} />
        </>
      )}
      {edges.some(({ conditional }) => conditional) ? (
        <Sample phase={planned ? 'plan' : 'open'} conditional word={words.legendConditional} />
      ) : null}
      {edges.some(({ join }) => join) ? (
        <Sample phase={planned ? 'plan' : 'taken'} join word={words.legendJoin} />
      ) : null}
      {edges.some(({ back }) => back) ? <Sample phase="plan" back word={words.legendBack} /> : null}
    </ul>
  );
}

interface SampleProps {
  readonly phase: string;
  readonly conditional?: boolean;
  readonly join?: boolean;
  readonly back?: boolean;
  readonly word: string;
}

function Sample({ phase, conditional, join, back, word }: SampleProps): ReactElement {
  return (
    <li>
      <svg className="fg-graph-sample" viewBox="0 0 28 12" aria-hidden="true">
        <g
          className="fg-graph-edge"
          data-phase={phase}
          data-conditional={conditional || undefined}
          data-join={join || undefined}
        >
          {back ? (
            <>
              <path d="M24 2v5q0 3-3 3H7q-3 0-3-3V3" />
              <path d="M1.5 5.5 4 2l2.5 3.5" className="fg-graph-head" />
            </>
          ) : (
            <>
              <path d="M1 6h25" style={join ? { strokeWidth: 2.5 } : undefined} />
              <path d="m22 3 4 3-4 3" className="fg-graph-head" />
            </>
          )}
        </g>
      </svg>
      {word}
    </li>
  );
}
