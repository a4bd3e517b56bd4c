/**
 * The graph of a run. Load `@fleetglass/react/graph.css`.
 *
 * @packageDocumentation
 */
export { WorkflowGraph } from './graph/WorkflowGraph.js';
export type { WorkflowGraphProps } from './graph/WorkflowGraph.js';
