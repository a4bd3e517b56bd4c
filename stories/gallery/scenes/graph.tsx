import { WorkflowGraph } from '@fleetglass/react/graph';
import type { WorkflowGraphProps } from '@fleetglass/react/graph';
import { useState } from 'react';
import type { ReactElement } from 'react';
import * as graphs from '../../../packages/react/test/fixtures/graph-run.js';
import { fleet, fleetRunId } from '../../../packages/react/test/fixtures/fleet.js';
import type { Recording } from '../../../packages/react/test/fixtures/recording.js';
import { Recorded } from '../../fixtures/Recorded.js';
import type { Scene, Scenes } from '../scene.js';

function Selecting(props: WorkflowGraphProps): ReactElement {
  const [selected, select] = useState(props.selectedNodeId);
  return <WorkflowGraph {...props} selectedNodeId={selected} onSelectNode={select} />;
}

const graph =
  (record: () => Recording, props: WorkflowGraphProps): Scene =>
  ({ style, ...rest }) => (
    <Recorded recording={record()} {...rest} style={{ ...style, padding: 16 }}>
      <Selecting {...props} />
    </Recorded>
  );

const { GRAPH_RUN } = graphs;

/** The workflow graph before, while and after it runs. */
export const scenes: Scenes = {
  'graph-live': graph(graphs.graphLive, { runId: GRAPH_RUN, selectedNodeId: 'reviewer' }),
  'graph-over': graph(graphs.graphOver, { runId: GRAPH_RUN }),
  'graph-early': graph(graphs.graphEarly, { runId: GRAPH_RUN }),
  'graph-planned': graph(graphs.graphEarly, { graph: graphs.REVIEW_GRAPH }),
  'graph-derived': graph(graphs.graphDerived, { runId: graphs.AGENTS_RUN }),
  'graph-unrecorded': graph(() => fleet({ runs: 4 }), { runId: fleetRunId(0) }),
  'graph-huge': graph(graphs.graphHuge, { runId: graphs.WIDE_RUN }),
  'graph-hostile': graph(graphs.graphHostile, { runId: GRAPH_RUN }),
  'graph-list': graph(graphs.graphLive, { runId: GRAPH_RUN, defaultView: 'list' }),
  'graph-rtl': (props) => graph(graphs.graphLive, { runId: GRAPH_RUN })({ ...props, dir: 'rtl' }),
};
