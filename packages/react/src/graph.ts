/** The graph of a run, drawn by React Flow. */
export { WorkflowGraph } from './graph/WorkflowGraph.js';
export type { WorkflowGraphProps } from './graph/WorkflowGraph.js';
